from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.office import Office, letter, office

NOTICE = letter("I am out of the office until 2026-07-20 and will answer when I am back.").replace(
    b"MIME-Version", b"Auto-Submitted: auto-replied\r\nMIME-Version"
)


@pytest.fixture
def place(tmp_path: Path) -> Generator[Office]:
    with office(tmp_path) as opened:
        yield opened


class TestAbsence:
    def test_of_a_contact_is_waited_out(self, place: Office) -> None:
        """The store calls no notice unanswered; still nothing is drafted before the return."""
        place.receive(NOTICE)
        place.sweep()
        assert place.pending() == ()

    def test_that_is_over_holds_nothing_up(self, place: Office) -> None:
        """Back at work, the contact is written to as any other."""
        place.receive(NOTICE)
        place.sweep()
        place.later(days=8)
        place.sweep()
        assert [card.capability for card in place.pending()] == ["outreach"]
