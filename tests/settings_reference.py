"""Writes `docs/reference/settings.md` from `settings.py` itself.

Run `python -m tests.settings_reference`.
"""

import ast
import inspect
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

from bailiwick import settings
from bailiwick.settings import ENVIRONMENT, Settings

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "settings.md"
_SOURCE = re.compile(r" \((?:source articles, )?capabilities [^)]*\)")
HEAD = """\
# Settings

Made from `settings.py` by `tests/settings_reference.py`; a test compares the two.

Defaults are overridden by `bailiwick.toml` in the folder where a command starts, and that by the
environment. An unknown name is refused, with its place. `bailiwick doctor` tells what was read.
"""


def rendered() -> str:
    """Return the page as it must be."""
    tree = ast.parse(inspect.getsource(settings))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    variables = {place: name for name, place in ENVIRONMENT.items()}
    parts = [HEAD]
    for concern, default in ((f.name, getattr(Settings(), f.name)) for f in fields(Settings)):
        if not is_dataclass(default):
            continue
        node = classes[type(default).__name__]
        told = _told(node)
        parts.append(f"\n## [{concern}]\n\n{ast.get_docstring(node)}\n\n")
        parts.append("| name | default | variable | |\n|---|---|---|---|\n")
        for setting in fields(default):
            value = _toml(getattr(default, setting.name))
            variable = variables.get((concern, setting.name), "")
            shown = f"`{variable}`" if variable else ""
            words = told[setting.name]
            parts.append(f"| `{setting.name}` | `{value}` | {shown} | {words} |\n")
    return "".join(parts)


def _told(node: ast.ClassDef) -> dict[str, str]:
    """Return what stands under each field."""
    told: dict[str, str] = {}
    name = ""
    for line in node.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            name = line.target.id
        elif isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) and name:
            told[name] = _SOURCE.sub("", " ".join(str(line.value.value).split()))
    return told


def _toml(value: object) -> str:
    """Return a default as it would stand in the file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, int):
        return str(value)
    return "{}" if isinstance(value, dict) else "[]"


def write() -> None:
    """Write the page."""
    PAGE.write_text(rendered(), encoding="utf-8")


if __name__ == "__main__":
    write()
