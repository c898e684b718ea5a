"""The `screening` command: what the web does, without a request."""

from importlib import import_module

import click

from screening.settings import BadSetting, Settings, load

_WHERE = {
    "assess": "screening.commands.assess",
    "backup": "screening.commands.copies",
    "doctor": "screening.commands.checks",
    "print-day": "screening.commands.daypapers",
    "questions": "screening.commands.questions",
    "restore": "screening.commands.copies",
    "retention": "screening.commands.keeping",
    "rounds": "screening.commands.posting",
    "rules": "screening.commands.rulebook",
    "serve": "screening.commands.serving",
}


class BadInput(click.ClickException):
    """An error of one line about what was given; the command ends with exit code 2."""

    exit_code = 2


def settings_in_force() -> Settings:
    """The clinic's settings; one that cannot be used ends the command with a line that names it."""
    try:
        return load()
    except BadSetting as error:
        raise click.ClickException(str(error)) from error


class _Commands(click.Group):
    """Loads a command when it is asked for: `assess` starts without the database and the web."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(_WHERE)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _WHERE:
            return None
        command: click.Command = getattr(import_module(_WHERE[name]), name.replace("-", "_"))
        return command


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="screening")
def main() -> None:
    """Pre-visit screening for dry needling clinics: a health form, flags with their reasons, paper."""
