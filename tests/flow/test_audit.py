"""The chain of a whole working day: it verifies, tells its story, and shows every tampering."""

import asyncio
import random
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from tests.fakes.office import Office, letter, office

from bailiwick.domain.crm import Role
from bailiwick.domain.fault import UnableToReplay
from bailiwick.domain.ids import RunId
from bailiwick.domain.seal import Seal
from bailiwick.observe.chain import verify
from bailiwick.observe.seal import read_outside, seal_head, write_outside
from bailiwick.observe.story import UnableToExplain, tell
from bailiwick.ports.chain import Chain, StoredRecord

QUESTION: Final = "Could you tell me how onboarding works?\n\nThanks,\nDana"
TAMPERINGS: Final = 150
COLUMNS: Final = ("kind", "run_id", "contact_id", "subject", "payload", "prev_hash", "hash")


@pytest.fixture
def day(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    """A question came in, a reply was drafted, approved and sent."""
    with office(tmp_path, url=sqlite_url) as place:
        place.receive(letter(QUESTION))
        place.sweep()
        for card in place.pending():
            place.app.inbox.approve(
                card.approval_id,
                person_id=place.person(Role.APPROVER),
                shown_hash=card.payload_hash,
            )
        place.drain()
        yield place


class TestTheChain:
    def test_verifies(self, day: Office) -> None:
        """Nothing was touched, so nothing is found."""
        found = verify(day.app.chain)
        assert found.breach is None
        assert found.records_count > 10

    def test_shows_a_change_of_any_stored_byte(self, day: Office) -> None:
        """Random bytes of random columns of random records: each change is found, in place."""
        rows = list(day.app.chain.rows(after=0, size=1000))
        dice = random.Random(7)  # noqa: S311 - repeatable, not secret
        for _ in range(TAMPERINGS):
            index = dice.randrange(len(rows))
            breach = verify(_Altered(day.app.chain, index, dice)).breach
            assert breach is not None
            assert breach.seq in {index + 1, index + 2}

    def test_shows_a_dropped_record(self, day: Office) -> None:
        """A hole in the middle is named by its number."""
        statement = "delete from records where seq = 4"
        _change(day, statement)
        breach = verify(day.app.chain).breach
        assert breach is not None
        assert breach.seq == 4

    def test_shows_swapped_records(self, day: Office) -> None:
        """Two records that changed places are found."""
        for old, new in ((4, -1), (5, 4), (-1, 5)):
            statement = f"update records set seq = {new} where seq = {old}"  # noqa: S608 - ours
            _change(day, statement)
        breach = verify(day.app.chain).breach
        assert breach is not None
        assert breach.seq == 4

    def test_shows_a_cut_tail_when_it_was_sealed(self, day: Office) -> None:
        """A seal names the last record, so the end cannot be cut quietly."""
        assert seal_head(day.app.chain, day.app.signer, at=day.clock.now()) is not None
        _change(day, "delete from records where seq > 3")
        breach = verify(day.app.chain).breach
        assert breach is not None
        assert "tail" in breach.what

    def test_shows_a_chain_written_anew_by_an_outside_seal(
        self, day: Office, tmp_path: Path
    ) -> None:
        """Whoever rewrites the database still has to explain the seal that was kept elsewhere."""
        seal = seal_head(day.app.chain, day.app.signer, at=day.clock.now())
        assert seal is not None
        write_outside(tmp_path / "copies.jsonl", seal)
        _change(day, "delete from records")
        _change(day, "delete from seals")
        breach = verify(day.app.chain, outside_seals=read_outside(tmp_path / "copies.jsonl")).breach
        assert breach is not None

    def test_shows_a_forged_seal(self, day: Office) -> None:
        """A seal over another head carries no valid signature."""
        seal = seal_head(day.app.chain, day.app.signer, at=day.clock.now())
        assert seal is not None
        forged = replace(seal, seq=seal.seq - 1)
        breach = verify(day.app.chain, outside_seals=(forged,)).breach
        assert breach is not None
        assert "signature" in breach.what


class TestTheStory:
    def test_leads_from_the_sent_mail_back_to_the_question(self, day: Office) -> None:
        """One effect is explained by signal, plan, verdicts, approval, attempt and receipt."""
        card = next(c for c in day.cards() if c.action.value == "send_message")
        with day.app.units.read() as unit:
            effect = unit.effects.for_step(card.step_id)
            assert effect is not None
            story = tell(unit, effect.effect_id)
        kinds = {line.kind for line in story.lines}
        assert kinds >= {
            "signal.read",
            "plan.made",
            "verdict",
            "approval.held",
            "approval.decided",
            "effect.intent",
            "effect.attempt",
            "effect.receipt",
        }
        assert [run.capability for run in story.runs] == ["crm_orchestrator", "reply"]
        assert any(e.ref.startswith("message:") for e in story.evidence)

    def test_says_when_there_is_nothing_to_tell(self, day: Office) -> None:
        """An unknown id is named, with the kinds of ids that can be asked for."""
        with day.app.units.read() as unit, pytest.raises(UnableToExplain, match="eff_nothing"):
            tell(unit, "eff_nothing")


class TestAReplay:
    def test_reaches_the_same_plan(self, day: Office) -> None:
        """Every run that made a plan makes it again from what it read."""
        with day.app.units.read() as unit:
            runs = unit.runs.list(status=None, contact_id=None, cursor=None, size=100).items
        assert len(runs) >= 2
        for run in runs:
            replayed = asyncio.run(day.app.replay.replay(run.run_id))
            assert replayed.equal
            assert replayed.recorded_hash

    def test_shows_when_what_was_read_is_not_what_was_planned_from(self, day: Office) -> None:
        """Other inputs in the record lead to other steps, and the difference is told."""
        _change(day, "update runs set inputs = replace(inputs, 'dana@acme', 'else@acme')")
        with day.app.units.read() as unit:
            runs = unit.runs.list(status=None, contact_id=None, cursor=None, size=100).items
        reply = next(run for run in runs if run.capability == "reply")
        with pytest.raises(UnableToReplay, match="another"):
            asyncio.run(day.app.replay.replay(reply.run_id))

    def test_says_when_there_is_no_such_run(self, day: Office) -> None:
        """An unknown run is named."""
        with pytest.raises(UnableToReplay, match="run_nothing"):
            asyncio.run(day.app.replay.replay(RunId("run_nothing")))


class _Altered:
    """A chain in which one byte of one record differs from what is stored."""

    def __init__(self, chain: Chain, index: int, dice: random.Random) -> None:
        self._chain = chain
        self.workspace_id = chain.workspace_id
        rows = list(chain.rows(after=0, size=1000))
        rows[index] = _one_byte_off(rows[index], dice)
        self._rows = rows

    def rows(self, *, after: int, size: int) -> list[StoredRecord]:
        return [r for r in self._rows if r.seq > after][:size]

    def seals(self) -> tuple[Seal, ...]:
        return ()

    def head(self) -> tuple[int, str]:
        return self._chain.head()

    def add_seal(self, seal: Seal) -> None:
        raise AssertionError(seal)


def _one_byte_off(row: StoredRecord, dice: random.Random) -> StoredRecord:
    name = dice.choice(COLUMNS)
    text = str(getattr(row, name)) or " "
    place = dice.randrange(len(text))
    other = chr((ord(text[place]) + dice.randint(1, 90)) % 127)
    return row._replace(**{name: text[:place] + other + text[place + 1 :]})


def _change(place: Office, statement: str) -> None:
    with place.app.database.writing() as connection:
        connection.exec_driver_sql(statement)
        connection.commit()
