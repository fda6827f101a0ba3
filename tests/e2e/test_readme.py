"""What the documentation tells people to type exists, and what it marks as runnable runs."""

import re
import shlex
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from bailiwick.cli.exits import Exit
from bailiwick.cli.main import main
from bailiwick.domain.action import Action
from bailiwick.evals.world.situation import CONTACTS_COUNT_MIN
from bailiwick.evals.world.world import generate, write
from bailiwick.kit.clock import SystemClock
from bailiwick.policy.rulebook import load

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = tuple(
    sorted(
        [
            ROOT / "README.md",
            ROOT / "docs/index.md",
            *(ROOT / "docs/tutorial").glob("*.md"),
            *(ROOT / "docs/how-to").glob("*.md"),
            *(ROOT / "docs/explanation").glob("*.md"),
        ]
    )
)
SECONDS_MAX: Final = 120
_BLOCK: Final = re.compile(r"(<!-- runnable -->\n)?```(\w*)\n(.*?)```", re.DOTALL)
_NAMED: Final = re.compile(r"`(bailiwick [^`\n]+)`")
_LINK: Final = re.compile(r"\]\(([^)#]+?)(?:#[^)]*)?\)")


def blocks(page: Path, language: str) -> list[tuple[bool, str]]:
    """Return the blocks of a language, each with whether it is runnable."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [(bool(runnable), text) for runnable, kind, text in found if kind == language]


def commands() -> list[list[str]]:
    """Return every `bailiwick` command line of all pages, in words, those in the text too."""
    lines = [
        line.strip()
        for page in PAGES
        for language in ("sh", "console", "")
        for _, text in blocks(page, language)
        for line in text.splitlines()
    ]
    named = [text for page in PAGES for text in _NAMED.findall(page.read_text(encoding="utf-8"))]
    typed = [*(line.removeprefix("$ ") for line in lines), *named]
    return [shlex.split(line, comments=True)[1:] for line in typed if line.startswith("bailiwick ")]


def told_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return the help of the noun and verb that a command line starts with."""
    named = [word for word in words[:3] if re.fullmatch(r"[a-z][a-z-]*", word)]
    for count in range(len(named), 0, -1):
        if main([*named[:count], "--help"]) == Exit.OK:
            return capsys.readouterr().out
        capsys.readouterr()
    return ""


class TestPages:
    def test_name_commands_and_options_that_exist(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Every command line of the documentation starts a command and uses its options."""
        found = commands()
        assert len(found) > 20
        for words in found:
            text = told_help(words, capsys)
            assert "Usage: bailiwick" in text, words
            options = {word for word in words if word.startswith("--")}
            assert options <= set(re.findall(r"--[a-z-]+", text)), words

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
    def test_link_to_what_is_there(self, page: Path) -> None:
        """Every relative link leads to a file or folder."""
        for link in _LINK.findall(page.read_text(encoding="utf-8")):
            if "://" not in link:
                assert (page.parent / link).exists(), link

    def test_are_all_in_the_index(self) -> None:
        """Who starts at the index finds every page."""
        text = (ROOT / "docs/index.md").read_text(encoding="utf-8")
        pages = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
        hidden = {page for page in pages if page != "index.md" and f"({page})" not in text}
        assert {page.partition("/")[0] for page in hidden} == {"decisions"}

    def test_name_tests_that_exist(self) -> None:
        """Each promise of the README names the tests that hold it, and they are there."""
        named = set(
            re.findall(r"`((?:tests|bench)/[\w/.]+)`", (ROOT / "README.md").read_text("utf-8"))
        )
        assert len(named) > 5
        assert [path for path in named if not (ROOT / path).exists()] == []

    def test_open_with_the_two_commands(self) -> None:
        """A newcomer finds both in the first block, and the Makefile has them."""
        _, first = blocks(ROOT / "README.md", "sh")[0]
        targets = [line.split()[1] for line in first.splitlines()]
        assert targets == ["demo", "test"]
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert all(f"\n{target}:" in makefile for target in targets)


class TestRule:
    def test_of_the_how_to_tightens_the_law(self) -> None:
        """The rule that people are shown how to write is taken as it stands."""
        page = ROOT / "docs/how-to/write-a-rule.md"
        ((_, text),) = blocks(page, "cedar")
        book = load().tightened({"few_links": text})
        added = next(rule for rule in book.rules if rule.rule_id == "workspace/few_links")
        assert Action.SEND_MESSAGE in added.actions
        assert not added.liftable


class TestRunnable:
    def test_blocks_run(self, tmp_path: Path) -> None:
        """With a company's exports and mail in the folder, each line of the README works."""
        world = generate(contacts_count=CONTACTS_COUNT_MIN)
        yesterday = SystemClock().now() - timedelta(days=1)
        write(world, tmp_path, mailbox="sales@example.com", now=yesterday)
        ran = 0
        for runnable, text in blocks(ROOT / "README.md", "sh"):
            for line in text.splitlines() if runnable else ():
                run = subprocess.run(  # noqa: S603 - the README's own lines, run as written
                    [sys.executable, "-m", *shlex.split(line)],
                    cwd=tmp_path,
                    env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
                    capture_output=True,
                    text=True,
                    timeout=SECONDS_MAX,
                    check=False,
                )
                assert run.returncode == Exit.OK, (line, run.stderr[-1_000:])
                ran += 1
        assert ran > 4
