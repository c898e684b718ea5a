"""One Jinja environment for pages and paper: autoescaped, and strict about what it is not given."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent.parent / "templates"
OPTIONS = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}


def environment() -> Environment:
    """The environment of the commands, which have no application; pages use the same options."""
    loader = FileSystemLoader(TEMPLATES)
    return Environment(loader=loader, autoescape=True, **OPTIONS)  # type: ignore[arg-type]  # as Environment wants them
