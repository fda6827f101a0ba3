"""What a command must not load to answer: the guard that needs no stopwatch."""

import subprocess
import sys
from typing import Final

import pytest

HEAVY: Final = (
    "aiosmtpd", "alembic", "asyncio", "cedarpy", "cryptography", "dkim", "httpx", "langchain_core",
    "langgraph", "langsmith", "numpy", "openai", "phonenumbers", "psycopg", "pydantic", "scipy",
    "skops", "sklearn", "sqlalchemy", "sqlite3",
)  # fmt: skip
PROBE: Final = (
    "import sys\n"
    "from bailiwick.cli.main import main\n"
    "code = main(sys.argv[1:])\n"
    "print('LOADED', code, *sorted({name.partition('.')[0] for name in sys.modules}))\n"
)


def _loaded(*arguments: str) -> set[str]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=True
    )
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("LOADED ")]
    _, code, *names = line.split()
    assert code == "0", done.stderr
    return set(names)


class TestAnAnswerWithoutAStore:
    @pytest.mark.parametrize(
        "command", [("--help",), ("list",), ("list", "--json"), ("--version",)]
    )
    def test_loads_no_graph_database_network_or_law(self, command: tuple[str, ...]) -> None:
        """Help, the version and the list of capabilities load none of the heavy packages."""
        assert _loaded(*command).isdisjoint(HEAVY)

    def test_would_be_caught_loading_one(self) -> None:
        """The probe sees a heavy package when it is there: its silence means something."""
        assert "pydantic" in _loaded_by("import pydantic")


def _loaded_by(statement: str) -> set[str]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", f"{statement}\n{PROBE}", "--help"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.splitlines()[-1].split())


class TestTheService:
    def test_is_ready_without_what_it_rarely_needs(self) -> None:
        """What answers requests loads no graph library, no migrations and no agents' protocol."""
        loaded = _loaded_by("import bailiwick.api.app, bailiwick.wiring.service")
        assert "fastapi" in loaded
        assert loaded.isdisjoint({"alembic", "langgraph", "langchain_core", "mcp", "psycopg"})
