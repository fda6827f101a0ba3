"""Writes `docs/reference/cli.md` from the commands themselves.

Run `python -m tests.cli.reference`.
"""

import ast
import inspect
import re
from pathlib import Path

from bailiwick.cli import exits
from bailiwick.cli.main import build

_STARTED = re.compile(r" -m [\w.]+(?= |$)")
"""How this process was started, which cyclopts puts into every line of usage."""
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"
HEAD = """\
# The command line

Made from the commands by `tests/cli/reference.py`; a test compares the two.

Every command takes `--json` and then prints one JSON document (`worker` and `audit export`: one a
line); messages about failures go to standard error. Lists come in pages: `--size`, then `--cursor`
with the `next_cursor` of the page before. Settings are read from `bailiwick.toml` in the current
folder and from the environment; `bailiwick doctor` checks them.

## Exit codes

| code | name | meaning |
|---|---|---|
"""


def rendered() -> str:
    """Return the page as it must be."""
    commands = build().generate_docs(
        output_format="markdown", heading_level=2, usage_name="bailiwick"
    )
    lines = [_STARTED.sub("", line).rstrip() for line in commands.splitlines()]
    return HEAD + "".join(_exits()) + "\n" + "\n".join(lines) + "\n"


def _exits() -> list[str]:
    """Return a row for each code, in the words of its docstring."""
    body = ast.parse(inspect.getsource(exits.Exit)).body[0]
    assert isinstance(body, ast.ClassDef)
    told: dict[str, str] = {"OK": "Done."}
    name = ""
    for node in body.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and name:
            told[name] = str(node.value.value)
    return [f"| {int(code)} | `{code.name}` | {told[code.name]} |\n" for code in exits.Exit]


def write() -> None:
    """Write the page."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(rendered(), encoding="utf-8")


if __name__ == "__main__":
    write()
