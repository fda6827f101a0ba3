"""The faults that are planted into campaigns: their clocks, limits, moves and ends."""

from typing import Final

from bench.outreach.mutant import Mutant

_ACCEPTANCE: Final = "tests/flow/outreach/test_campaign_acceptance.py"
_ENDS: Final = "tests/flow/outreach/test_campaign_ends.py"
_PAUSES: Final = "tests/flow/outreach/test_campaign_pauses.py"
_TIMES: Final = "tests/flow/outreach/test_campaign_times.py"
_MACHINE: Final = "tests/property/test_campaign_machine.py"
_ENGINE: Final = "bailiwick/engine"

IN_CAMPAIGNS: Final[tuple[Mutant, ...]] = (
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
        file="bailiwick/store/repositories/recipients.py",
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
)
