"""The faults that are planted: each one a small slip that somebody may make one day."""

from typing import Final

from bench.outreach.mutant import Mutant
from bench.outreach.planted_campaigns import IN_CAMPAIGNS

_HISTORIES: Final = "tests/engine/test_outbox_histories.py"
_APPROVALS: Final = "tests/flow/test_approvals.py"
_UNSUBSCRIBE: Final = "tests/flow/outreach/test_unsubscribing.py"
_ACCEPTANCE: Final = "tests/flow/outreach/test_campaign_acceptance.py"
_ENDS: Final = "tests/flow/outreach/test_campaign_ends.py"
_TIMES: Final = "tests/flow/outreach/test_campaign_times.py"
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
        name="one attempt too many",
        file=f"{_ENGINE}/outbox.py",
        old="    if tries_count >= ATTEMPTS_COUNT_MAX:\n",
        new="    if tries_count > ATTEMPTS_COUNT_MAX:\n",
        tests=("tests/engine/test_outbox.py", "tests/engine/delivery/test_deliver.py"),
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
        old="    return _question(request, token, languages, path=token)\n",
        new="    service_of(request).one_click.opt_out(token)\n"
        "    return _question(request, token, languages, path=token)\n",
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
        file=f"{_ENGINE}/mail/reports.py",
        old='    if mail.dsn_status.startswith("5"):\n',
        new='    if mail.dsn_status.startswith(("5", "4")):\n',
        tests=("tests/flow/outreach/test_known_senders.py",),
    ),
    Mutant(
        name="service mail counted as advertising",
        file="bailiwick/store/repositories/guards.py",
        old="""_ARGS.like('%"purpose":"marketing"%')""",
        new="""_ARGS.like('%"purpose":%')""",
        tests=("tests/flow/outreach/test_frequency.py",),
    ),
    Mutant(
        name="a stop not asked about under the claim",
        file=f"{_ENGINE}/law/gather.py",
        old="campaign_over=step.action is Action.SEND_MESSAGE and is_over(unit, plan, at=at)",
        new="campaign_over=False",
        tests=(f"{_ACCEPTANCE}::TestWhatStops",),
    ),
    Mutant(
        name="an answer heard by the tick only",
        file=f"{_ENGINE}/mail/reacting.py",
        old="        heard_from(unit, self.timetable, contact_id, reading, at=at)\n",
        new="",
        tests=(f"{_ENDS}::TestAReply",),
    ),
    Mutant(
        name="window and limits asked before the signature only",
        file=f"{_ENGINE}/delivery/deliver.py",
        old="            if row is None or slot is None:\n",
        new="            if row is None or slot is not row:\n",
        tests=(f"{_TIMES}::TestWeekdaysAndHours::test_10_hold_after_a_branch",),
    ),
    Mutant(
        name="a signature given before the answer",
        file=f"{_ENGINE}/law/gather.py",
        old="    return None if unit.guards.written_since(contact_id, since=first) else approval\n",
        new="    return approval if first else None\n",
        tests=("tests/flow/outreach/test_known_senders.py::TestASignature",),
    ),
    *IN_CAMPAIGNS,
)
