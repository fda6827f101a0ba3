"""The reference page says what the commands are."""

import pytest
from tests.cli.reference import PAGE, rendered

from bailiwick.cli.exits import Exit
from bailiwick.cli.main import COMMANDS


class TestReference:
    def test_is_made_from_the_commands(self) -> None:
        """A changed command changes the page: write it anew as tests/cli/reference.py says."""
        assert PAGE.read_text(encoding="utf-8") == rendered()

    @pytest.mark.parametrize("name", sorted(COMMANDS))
    def test_holds_every_command(self, name: str) -> None:
        """No command is without a section of its own."""
        assert f"# bailiwick {name}\n" in rendered()

    def test_explains_every_exit_code(self) -> None:
        """Scripts find the meaning of every number."""
        text = rendered()
        for code in Exit:
            assert f"| {int(code)} | `{code.name}` | " in text
