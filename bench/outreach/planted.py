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
_ACCEPTANCE: Final = "tests/flow/outreach/test_campaign_acceptance.py"
_ENDS: Final = "tests/flow/outreach/test_campaign_ends.py"
_PAUSES: Final = "tests/flow/outreach/test_campaign_pauses.py"
_TIMES: Final = "tests/flow/outreach/test_campaign_times.py"
_MACHINE: Final = "tests/property/test_campaign_machine.py"
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
        old="    sender = links.sender(token)\n    if sender is None:\n"
        "        return opt_out_page.unknown(words)\n    topics",
        new="    sender = links.opt_out(token)\n    if sender is None:\n"
        "        return opt_out_page.unknown(words)\n    topics",
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
        name="an absence that brings a touch forward",
        file=f"{_ENGINE}/recipient/stopping.py",
        old="        until = max(slot.at, enrolment.wake_at or slot.at)",
        new="        until = slot.at",
        tests=(f"{_PAUSES}::TestAShortPause",),
    ),
    Mutant(
        name="a pause that brings a touch forward",
        file=f"{_ENGINE}/campaign/steering.py",
        old="        return max(at, slot.at)\n",
        new="        return min(at, slot.at)\n",
        tests=(f"{_PAUSES}::TestAShortPause",),
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
        name="an absence taken for silence",
        file=f"{_ENGINE}/recipient/stopping.py",
        old="        if reading.intent is Intent.AUTO_REPLY:\n",
        new="        if False:\n",
        tests=(f"{_ACCEPTANCE}::TestWhatStops",),
    ),
    Mutant(
        name="a colleague's answer stops everybody",
        file=f"{_ENGINE}/recipient/stopping.py",
        old="end for end in ends if series is None or series.stops_for(end)",
        new="end for end in ends",
        tests=("tests/engine/recipient/test_stopping.py", f"{_ENDS}::TestAReply"),
    ),
    Mutant(
        name="a damaged row that keeps an opt-out from being taken",
        file=f"{_ENGINE}/recipient/stopping.py",
        old="        end = _first(_readable(unit, kept), ends)\n",
        new="        end = _first(series_of(unit, kept.enrolment), ends)\n",
        tests=("tests/engine/recipient/test_stopping.py::TestASeriesThatCannotBeRead",),
    ),
    Mutant(
        name="a mailbox that stops at an absence without an opening",
        file=f"{_ENGINE}/recipient/stopping.py",
        old="        except (IntegrityFault, UnableToFindOpening) as fault:\n",
        new="        except IntegrityFault as fault:\n",
        tests=("tests/engine/recipient/test_stopping.py::TestARealTimetable",),
    ),
    Mutant(
        name="a no that holds only where answers are a stop",
        file=f"{_ENGINE}/recipient/ending.py",
        old="    if left_alone_until(received, now=at) is not None:\n",
        new="    if left_alone_until(received, now=at) is not None and _stops(series, WROTE):\n",
        tests=("tests/engine/recipient/test_ending.py::TestWhoSaidNo",),
    ),
    Mutant(
        name="an end that leaves its card waiting",
        file=f"{_ENGINE}/recipient/keeping.py",
        old="    if now.stage is Stage.ENDED and before.enrolment.stage is not Stage.ENDED:\n",
        new="    if False:\n",
        tests=("tests/engine/recipient/test_keeping.py::TestAnEnd",),
    ),
    Mutant(
        name="a sent mail called unsent",
        file=f"{_ENGINE}/recipient/withdrawing.py",
        old="        if row.state is EffectState.READY:\n",
        new="        if row.state is not EffectState.SUPPRESSED:\n",
        tests=("tests/engine/recipient/test_withdrawing.py::TestAMail",),
    ),
    Mutant(
        name="window and limits asked before the signature only",
        file=f"{_ENGINE}/delivery/deliver.py",
        old="            if row is None or slot is None:\n",
        new="            if row is None or slot is not row:\n",
        tests=(f"{_TIMES}::TestWeekdaysAndHours::test_10_hold_after_a_branch",),
    ),
    Mutant(
        name="limits that do not count what is being sent",
        file="bailiwick/store/repositories/sends.py",
        old="        count = self._scope.count(_GOING[limit.over], besides=besides, **of)\n",
        new="        count = 0\n",
        tests=("tests/contract/test_store_sends.py",),
    ),
    Mutant(
        name="the account's clock before the recipient's",
        file="bailiwick/domain/campaign/zones.py",
        old='(contact.timezone, account.timezone if account else "")',
        new='(account.timezone if account else "", contact.timezone)',
        tests=("tests/domain/campaign/test_zones.py", f"{_TIMES}::TestWhoseClock"),
    ),
    Mutant(
        name="the wall's clock without its fold",
        file="bailiwick/domain/campaign/window.py",
        old=".astimezone(UTC) for fold in (0, 1)]",
        new=".astimezone(UTC) for fold in (0, 0)]",
        tests=("tests/domain/campaign/test_window.py", f"{_TIMES}::TestAClockChange"),
    ),
    Mutant(
        name="holidays nobody keeps",
        file="bailiwick/domain/campaign/rest_days.py",
        old="        return day in _days(country, day.year)\n",
        new="        return day in _days(country, 1970)\n",
        tests=("tests/engine/campaign/test_timetable.py", _MACHINE),
    ),
    Mutant(
        name="a put-off touch counted as accepted",
        file=f"{_ENGINE}/campaign/settling.py",
        old="        if fate is Fate.ACCEPTED:\n",
        new="        if fate in {Fate.ACCEPTED, Fate.PUT_OFF}:\n",
        tests=(f"{_ACCEPTANCE}::TestWhatStops",),
    ),
    Mutant(
        name="gaps counted from the plan",
        file=f"{_ENGINE}/campaign/settling.py",
        old="        slot = self._next(unit, series, enrolment, seen.sight.settled_at or at)\n",
        new="        slot = self._next(unit, series, enrolment, seen.touch.begun_at)\n",
        tests=("tests/engine/campaign/test_settling.py", f"{_TIMES}::TestADelay"),
    ),
    Mutant(
        name="an end overwritten by a later one",
        file="bailiwick/domain/campaign/enrolment.py",
        old="    if enrolment.stage is Stage.ENDED:\n        return enrolment\n",
        new="",
        tests=("tests/domain/campaign/test_enrolment.py",),
    ),
    Mutant(
        name="put off for ever",
        file="bailiwick/domain/campaign/enrolment.py",
        old="    if enrolment.put_offs_count >= PUT_OFFS_COUNT_MAX:\n",
        new="    if enrolment.put_offs_count > 10 * PUT_OFFS_COUNT_MAX:\n",
        tests=("tests/domain/campaign/test_enrolment.py",),
    ),
    Mutant(
        name="a second tick that does not look again",
        file=f"{_ENGINE}/campaign/ticking.py",
        old="            if kept is None or not is_due(kept.enrolment, at=at):\n",
        new="            if kept is None:\n",
        tests=("tests/engine/campaign/test_ticking.py::TestATickThatIsOvertaken",),
    ),
    Mutant(
        name="a try beside one that may have gone",
        file=f"{_ENGINE}/campaign/ticking.py",
        old="        if any(one.fate is None for one in tries):\n",
        new="        if False:\n",
        tests=("tests/engine/campaign/test_ticking.py::TestATouchThatIsDueAgain",),
    ),
    Mutant(
        name="one tight version holds every other up",
        file=f"{_ENGINE}/campaign/ticking.py",
        old="    return (enrolment.campaign_id, enrolment.version)\n",
        new="    return (enrolment.campaign_id, 0)\n",
        tests=("tests/engine/campaign/test_ticking.py",),
    ),
    Mutant(
        name="a full mailbox that holds who is finished",
        file="bailiwick/store/repositories/campaigns.py",
        old="and_(version == one.version, count < one.touches_count)",
        new="(version == one.version)",
        tests=("tests/contract/test_store_campaigns.py",),
    ),
    Mutant(
        name="a campaign that hides who is due in another",
        file="bailiwick/store/repositories/campaigns.py",
        old='            until = found[-1]["wake_at"] if len(found) == count_max else at\n',
        new='            until = found[-1]["wake_at"] if found else at\n',
        tests=("tests/contract/test_store_campaigns.py::TestWhoIsDue",),
    ),
    Mutant(
        name="a line in which the window is not asked",
        file=f"{_ENGINE}/campaign/timetable.py",
        old="        if opened > at:\n            return Slot(at=opened, reason=_shut(",
        new="        if False:\n            return Slot(at=opened, reason=_shut(",
        tests=("tests/engine/campaign/test_timetable.py", _MACHINE),
    ),
    Mutant(
        name="a signed mail that stands in line",
        file=f"{_ENGINE}/campaign/timetable.py",
        old="        if full is not None and asked.waits:\n",
        new="        if full is not None:\n",
        tests=("tests/engine/campaign/test_timetable.py",),
    ),
    Mutant(
        name="one's own promise held against one",
        file=f"{_ENGINE}/campaign/ahead.py",
        old="for one, place in promised.items() if one != who]",
        new="for one, place in promised.items() if one]",
        tests=("tests/engine/campaign/test_ahead.py",),
    ),
    Mutant(
        name="a touch settled by an older look",
        file=f"{_ENGINE}/campaign/settling.py",
        old="            if seen is None or not isinstance(fate, Fate):\n"
        "                return None\n",
        new="            if seen is None or fate is None:\n                return None\n"
        "            fate = fate if isinstance(fate, Fate) else Fate.PUT_OFF\n",
        tests=("tests/engine/campaign/test_settling.py",),
    ),
    Mutant(
        name="campaigns that go on by themselves after a restore",
        file=f"{_ENGINE}/reopening.py",
        old="    campaigns = _pause_campaigns(unit, reason=reason, at=at)\n",
        new="    campaigns = 0\n",
        tests=("tests/flow/test_restore_campaigns.py",),
    ),
    Mutant(
        name="a draft of before the backup that goes out after it",
        file=f"{_ENGINE}/reopening.py",
        old="    _withdraw_touches(unit, reason=reason, at=at)\n    if",
        new="    if",
        tests=("tests/flow/test_restore_campaigns.py",),
    ),
    Mutant(
        name="a touch settled twice",
        file="bailiwick/store/repositories/touches.py",
        old='TOUCHES.c.id == touch.touch_id, TOUCHES.c.fate == "")',
        new="TOUCHES.c.id == touch.touch_id)",
        tests=("tests/contract/test_store_campaigns.py",),
    ),
    Mutant(
        name="completed while somebody is touched",
        file="bailiwick/store/repositories/campaigns.py",
        old="if stage is not Stage.ENDED]",
        new="if stage is Stage.WAITING]",
        tests=(f"{_ENDS}::TestFinished",),
    ),
    Mutant(
        name="a change that reaches everybody",
        file=f"{_ENGINE}/campaign/administration.py",
        old="unit.campaigns.repin(campaign.campaign_id, version) if in_flight else 0",
        new="unit.campaigns.repin(campaign.campaign_id, version)",
        tests=(f"{_ENDS}::TestAChangeUnderWay",),
    ),
    Mutant(
        name="a touch begun for who asked to stop",
        file=f"{_ENGINE}/recipient/ending.py",
        old="        _OPTED_OUT: safety.suppressed or safety.unsubscribed,\n",
        new="        _OPTED_OUT: safety.unsubscribed,\n",
        tests=(f"{_ENDS}::TestASuppression",),
    ),
    Mutant(
        name="a signature given before the answer",
        file=f"{_ENGINE}/law/gather.py",
        old="    return None if unit.guards.written_since(contact_id, since=first) else approval\n",
        new="    return approval if first else None\n",
        tests=("tests/flow/outreach/test_known_senders.py::TestASignature",),
    ),
)
