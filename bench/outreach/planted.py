"""The faults that are planted: each one a small slip that somebody may make one day."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One fault."""

    name: str
    file: str
    """Below `src`."""
    old: str
    new: str
    tests: tuple[str, ...]
    """Which must notice, as pytest names them, quickest first."""


_HISTORIES: Final = "tests/engine/test_outbox_histories.py"
_APPROVALS: Final = "tests/flow/test_approvals.py"
_UNSUBSCRIBE: Final = "tests/flow/outreach/test_unsubscribing.py"
_ENGINE: Final = "bailiwick/engine"

PLANTED: Final[tuple[Mutant, ...]] = (
    Mutant(
        name="mark before send",
        file=f"{_ENGINE}/delivery/deliver.py",
        old="""            with self._means.tracer.span(SpanName.SEND) as span:
""",
        new="""            self._settled(row, self._receipt(row, Outcome.DONE, ""), tried=True)
            with self._means.tracer.span(SpanName.SEND) as span:
""",
        tests=(_HISTORIES,),
    ),
    Mutant(
        name="send without an attempt on record",
        file=f"{_ENGINE}/delivery/deliver.py",
        old="                write_attempt(unit, row, at=at)\n",
        new="                pass\n",
        tests=(_HISTORIES,),
    ),
    Mutant(
        name="no fence check",
        file="bailiwick/store/repositories/effects.py",
        old="                EFFECTS.c.fence == row.fence,\n",
        new="",
        tests=("tests/contract/test_store_effects.py",),
    ),
    Mutant(
        name="reaper makes a mail ready again",
        file=f"{_ENGINE}/delivery/reaper.py",
        old="move = Move(state=EffectState.IN_DOUBT, reason=reason, due_at=at)",
        new="move = Move(state=EffectState.READY, reason=reason, due_at=at)",
        tests=(_HISTORIES,),
    ),
    Mutant(
        name="retry on unknown",
        file=f"{_ENGINE}/outbox.py",
        old="            return Move(state=EffectState.IN_DOUBT, reason=receipt.reason, due_at=at)",
        new="            return Move(state=EffectState.READY, reason=receipt.reason, due_at=at)",
        tests=(_HISTORIES,),
    ),
    Mutant(
        name="attempt counted after the work",
        file=f"{_ENGINE}/outbox.py",
        old="    if tries_count >= ATTEMPTS_COUNT_MAX:\n",
        new="    if tries_count > ATTEMPTS_COUNT_MAX:\n",
        tests=(_HISTORIES,),
    ),
    Mutant(
        name="absent once taken as not done",
        file=f"{_ENGINE}/delivery/settle.py",
        old="        if not past.absences or past.attempted_at is None:\n",
        new="        if not past.absences:\n            return True\n"
        "        if past.attempted_at is None:\n",
        tests=("tests/engine/delivery/test_settle.py",),
    ),
    Mutant(
        name="suppression not read under the claim",
        file="bailiwick/store/repositories/claim.py",
        old="            if self._stopped(row, at):\n",
        new="            if False:\n",
        tests=("tests/contract/test_store_effects.py",),
    ),
    Mutant(
        name="a step that forgets its workspace",
        file="bailiwick/domain/plan.py",
        old='            "workspace": workspace_id,\n',
        new="",
        tests=("tests/domain/test_plan.py",),
    ),
    Mutant(
        name="why it was planned in the key",
        file="bailiwick/domain/plan.py",
        old='            "args": step.args,\n',
        new='            "args": step.args,\n            "why": step.provenance.reason,\n',
        tests=("tests/domain/test_plan.py",),
    ),
    Mutant(
        name="approval without hash",
        file=f"{_ENGINE}/inbox/approvals.py",
        old="            if shown_hash != card.payload_hash:\n",
        new="            if not shown_hash:\n",
        tests=(_APPROVALS,),
    ),
    Mutant(
        name="approval usable twice",
        file=f"{_ENGINE}/inbox/approvals.py",
        old="        if card.status in {ApprovalStatus.APPROVED, ApprovalStatus.EXECUTED}:\n"
        "            return Decided(result=Result.ALREADY, approval=card)\n",
        new="        if card.status in {ApprovalStatus.APPROVED, ApprovalStatus.EXECUTED}:\n"
        "            return None\n",
        tests=(_APPROVALS,),
    ),
    Mutant(
        name="backoff without a cap",
        file="bailiwick/kit/retry.py",
        old="    ceiling = min(cap, base * 2.0 ** min(attempt, 30))\n",
        new="    ceiling = base * 2.0 ** min(attempt, 30)\n",
        tests=("tests/kit/test_retry.py",),
    ),
    Mutant(
        name="backoff without jitter",
        file="bailiwick/kit/retry.py",
        old="    return ceiling * draw\n",
        new="    return ceiling\n",
        tests=("tests/kit/test_retry.py",),
    ),
    Mutant(
        name="dead letter dropped",
        file=f"{_ENGINE}/delivery/deliver.py",
        old="            self._means.mourn(unit, row, move.reason, receipt.at)\n",
        new="            pass\n",
        tests=("tests/engine/delivery/test_deliver.py",),
    ),
    Mutant(
        name="record skipped on refusal",
        file=f"{_ENGINE}/outbox.py",
        old="        return False\n    unit.records.append(\n        kind,\n",
        new="        return False\n    if move.state is EffectState.SUPPRESSED:\n"
        "        return True\n    unit.records.append(\n        kind,\n",
        tests=("tests/engine/delivery/test_deliver.py", _APPROVALS),
    ),
    Mutant(
        name="a click believed on GET",
        file="bailiwick/api/routes/one_click.py",
        old="    sender = service_of(request).one_click.sender(token)\n",
        new="    sender = service_of(request).one_click.opt_out(token)\n",
        tests=(_UNSUBSCRIBE,),
    ),
    Mutant(
        name="a list header left out of the signature",
        file="bailiwick/connectors/smtp/dkim.py",
        old='"list-unsubscribe",\n',
        new="\n",
        tests=(_UNSUBSCRIBE,),
    ),
    Mutant(
        name="a transient report taken for a dead address",
        file="bailiwick/domain/reader/read.py",
        old='mail.dsn_status.startswith("5")',
        new='mail.dsn_status.startswith(("5", "4"))',
        tests=("tests/flow/outreach/test_known_senders.py",),
    ),
    Mutant(
        name="service mail counted as advertising",
        file="bailiwick/store/repositories/guards.py",
        old="""_MARKETED: Final = _SENT_MAIL.where(_ARGS.like('%"purpose":"marketing"%'))""",
        new="""_MARKETED: Final = _SENT_MAIL""",
        tests=("tests/flow/outreach/test_frequency.py",),
    ),
)
