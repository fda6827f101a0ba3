"""The API does what the command line does, and its page says what it is."""

from tests.api.commands import ALONE, LOCAL, OPERATIONS, verbs
from tests.api.reference import PAGE, own_operations, rendered

from bailiwick.cli.main import build


class TestEveryCommand:
    def test_has_an_operation_or_a_reason(self) -> None:
        """A new command comes with its route, or with a word on why only this machine has it."""
        assert set(verbs(build())) == OPERATIONS.keys() | LOCAL.keys()
        assert not OPERATIONS.keys() & LOCAL.keys()

    def test_names_operations_that_there_are(self) -> None:
        """What is named is served."""
        served = {name for name, _ in own_operations()}
        assert {name for names in OPERATIONS.values() for name in names} <= served

    def test_is_behind_every_operation_or_the_table_says_what_it_is_for(self) -> None:
        """A route that no command has is listed, too."""
        served = {name for name, _ in own_operations()}
        named = {name for names in OPERATIONS.values() for name in names}
        assert served == named | ALONE.keys()
        assert not named & ALONE.keys()


class TestThePage:
    def test_is_made_from_the_routes(self) -> None:
        """A changed route changes the page: write it anew as tests/api/reference.py says."""
        assert PAGE.read_text(encoding="utf-8") == rendered()
