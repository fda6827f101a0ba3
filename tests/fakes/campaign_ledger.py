"""What must hold of the stored rows, between any two acts."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from tests.fakes.campaign_world import SERIES, World

from bailiwick.connectors.smtp.compose import message_id
from bailiwick.domain.approval import Approval, ApprovalStatus
from bailiwick.domain.campaign.enrolment import PUT_OFFS_COUNT_MAX, Enrolment, Stage
from bailiwick.domain.campaign.series import TOUCHES_COUNT_MAX
from bailiwick.domain.campaign.touch import Fate, Touch
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.record import Record, RecordKind
from bailiwick.engine.outbox import ATTEMPTS_COUNT_MAX, Finding
from bailiwick.ports.unit import Unit
from bailiwick.store.tables.ledger import EFFECTS

DOMAIN = "northwind.example"
EVIDENCE = frozenset(
    {Finding.PRESENT, Finding.ABSENT, Finding.UNANSWERED, Finding.PERSON_SENT,
     Finding.PERSON_NOT_SENT, Finding.PERSON_GAVE_UP}
)  # fmt: skip
"""By what a mail may leave the doubt, or stay in it."""


def check_recipients(world: World) -> None:
    """Each recipient is in one stage with all that belongs to it, and each touch has one row."""
    for name in SERIES:
        for kept in world.kept(name).values():
            touches = world.touches(kept.enrolment.enrolment_id)
            _check_stage(kept.enrolment, touches)
            _check_touches(kept.enrolment, touches)


def _check_stage(one: Enrolment, touches: tuple[Touch, ...]) -> None:
    open_count = sum(touch.fate is None for touch in touches)
    assert one.put_offs_count <= PUT_OFFS_COUNT_MAX
    assert one.touches_count <= TOUCHES_COUNT_MAX
    assert (one.end is None) == (one.stage is not Stage.ENDED), one
    match one.stage:
        case Stage.WAITING:
            assert one.wake_at is not None, f"waits for nothing: {one}"
            assert open_count == 0, f"waits, and a touch is under way: {one}"
        case Stage.TOUCHING:
            assert one.wake_at is None
            assert open_count == 1, f"{open_count} touches are under way: {one}"
        case Stage.PAUSED:
            assert one.reason, f"paused without a reason: {one}"
        case Stage.ENDED:
            assert one.wake_at is None
            assert one.ended_at is not None


def _check_touches(one: Enrolment, touches: tuple[Touch, ...]) -> None:
    tries = Counter((touch.number, touch.attempt) for touch in touches)
    assert all(count == 1 for count in tries.values()), f"one try twice: {one}"
    accepted = Counter(touch.number for touch in touches if touch.fate is Fate.ACCEPTED)
    assert all(count == 1 for count in accepted.values()), f"one touch went twice: {one}"


def check_effects(world: World, *, said_sent: set[str], said_lost: set[str]) -> None:
    """The ledger says of each mail what its recipient would say, and the records say why."""
    arrived = {mail.message_id for mail in world.wire.arrived()}
    with world.app.units.read() as unit:
        for row in _effects(world, unit):
            reached = message_id(row.effect_key, domain=DOMAIN) in arrived
            if row.state is EffectState.SENT and row.effect_id not in said_sent:
                assert reached, "called sent, and lost"
            if row.state in {EffectState.READY, EffectState.SUPPRESSED}:
                assert not reached, f"arrived, and called {row.state.value}: {row.reason}"
            if row.state is EffectState.DEAD and row.effect_id not in said_lost:
                assert not reached, f"arrived, and given up: {row.reason}"
            _check_records(row, unit.records.about(row.effect_id), reached=reached)
            if reached and row.approval_id is not None:
                _check_signed(row, unit.approvals.get(row.approval_id))


def _effects(world: World, unit: Unit) -> Iterator[EffectRow]:
    with world.app.database.reading() as connection:
        ids = connection.scalars(
            select(EFFECTS.c.id)
            .where(EFFECTS.c.workspace_id == world.app.workspace.workspace_id)
            .order_by(EFFECTS.c.id)
        ).all()
    for effect_id in ids:
        row = unit.effects.get(effect_id)
        assert row is not None
        yield row


def _check_records(row: EffectRow, records: Sequence[Record], *, reached: bool) -> None:
    kinds = [record.kind for record in records]
    claims = kinds.count(RecordKind.EFFECT_ATTEMPT)
    untried = sum(record.payload.get("tried") is False for record in records)
    put_back = sum(record.payload.get("finding") == "too_early" for record in records)
    assert row.attempt == row.fence == claims + put_back, "each claim is on record"
    assert claims - untried <= ATTEMPTS_COUNT_MAX, "tried too often"
    if reached:
        assert kinds[0] is RecordKind.EFFECT_INTENT, "it went without an intent on record"
        assert RecordKind.EFFECT_ATTEMPT in kinds, "it went without an attempt on record"
    for record in records:
        if record.payload.get("from") == EffectState.IN_DOUBT.value:
            assert record.payload.get("finding") in EVIDENCE, "left the doubt without evidence"


def _check_signed(row: EffectRow, card: Approval | None) -> None:
    assert card is not None, "it went by an approval that is not there"
    assert card.payload_hash == row.payload_hash, "another mail than the one that was signed"
    assert card.status in {ApprovalStatus.APPROVED, ApprovalStatus.EXECUTED}, card.status
    assert card.signatures, "it went by a card that nobody signed"
    assert all(one.payload_hash == row.payload_hash for one in card.signatures)
