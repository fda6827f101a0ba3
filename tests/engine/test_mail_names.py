"""What no claim covers: a subject that only looks like an answer, and names in headers."""

from pathlib import Path

import pytest
from tests.fakes.office import letter, mail_args, office, step

from bailiwick.domain.ids import RunId


def rules(folder: Path, **changes: object) -> set[str]:
    """Put an answer to Dana's mail before the judge; return the rules that refuse or hold it."""
    with office(folder) as place:
        place.receive(letter("Could you tell me about the timeline?"))
        args = mail_args(in_reply_to="<m1@acme.example>", **changes)
        place.propose(step(args={"contact_id": "con_dana", "mail": args}))
        with place.app.units.read() as unit:
            verdicts = unit.runs.verdicts_of(RunId("run_a"))
        assert verdicts
        return {rule for verdict in verdicts for rule in verdict.rules}


class TestEveryHeaderAReaderSees:
    @pytest.mark.parametrize(
        "changes",
        [
            {"subject": "Re: Your discount is 44 %"},
            {"subject": "Re: Globex pays 120000 USD"},
            {"to_name": "44 percent off"},
        ],
    )
    def test_says_nothing_that_no_row_supports(
        self, tmp_path: Path, changes: dict[str, object]
    ) -> None:
        """A reply prefix exempts no subject, and a name is the contact's own or none."""
        assert "mail/claims" in rules(tmp_path, **changes)

    @pytest.mark.parametrize(
        "changes",
        [
            {"subject": "Re: Question about our renewal"},
            {"subject": "Re: Question about our renewal", "to_name": ""},
            {"subject": "About your message"},
        ],
    )
    def test_may_repeat_the_threads_own_subject(
        self, tmp_path: Path, changes: dict[str, object]
    ) -> None:
        """The subject that was answered and the contact's own name need no fact."""
        assert "mail/claims" not in rules(tmp_path, **changes)
