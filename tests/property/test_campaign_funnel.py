"""Whatever happened to whom, the funnel of a campaign adds up and agrees with its table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.store.stores import NOW, Store, a_run, add_contact

from bailiwick.domain.campaign.campaign import Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import (
    CampaignId,
    End,
    Enrolment,
    Stage,
    accepted,
    begun,
    ended,
    enrolled,
    paused,
    put_off,
    resumed,
    skipped,
)
from bailiwick.domain.campaign.series import DEFAULT
from bailiwick.domain.campaign.touch import Fate, Touch
from bailiwick.domain.ids import PersonId
from bailiwick.domain.run import RunStatus
from bailiwick.engine.campaign.tallying import Tallying
from bailiwick.store.unit import SqlUnit

CAMPAIGN = CampaignId("cmp_1")
LATER = NOW + timedelta(days=1)
ACTS = ("begin", "accept", "put off", "reject", "leave out", "skip", "pause", "resume", "end")


@dataclass(frozen=True)
class Act:
    """Something that happens to a recipient, if it can."""

    what: str
    end: End
    done: bool
    """Whether the run of a touch that begins has ended by the time of the count."""


ACTS_OF_ONE = st.lists(
    st.builds(Act, what=st.sampled_from(ACTS), end=st.sampled_from(End), done=st.booleans()),
    max_size=12,
)


BEGIN, PAUSE, END = (
    Act(what=what, end=End.REPLIED, done=True) for what in ("begin", "pause", "end")
)
"""Whoever is paused or ends while a touch is under way is in one place only."""


class Happening:
    """What happens to one recipient, written to the store as the machine writes it."""

    def __init__(self, store: Store, unit: SqlUnit, who: Enrolment) -> None:
        self.store = store
        self.unit = unit
        self.who = who
        self.open: Touch | None = None
        self.attempts: Counter[int] = Counter()

    def do(self, act: Act) -> None:
        """Let an act happen where the moves allow it."""
        who = self.who
        match act.what:
            case "begin" if who.stage is Stage.WAITING and who.touch <= len(DEFAULT.touches):
                self._begin(RunStatus.DONE if act.done else RunStatus.PENDING)
            case "accept" if who.stage is Stage.TOUCHING:
                self._settle(Fate.ACCEPTED)
                self.who = accepted(who, wake_at=LATER)
            case "put off" | "leave out" if who.stage is Stage.TOUCHING:
                self._settle(Fate.PUT_OFF if act.what == "put off" else Fate.LEFT_OUT)
                self.who = put_off(who, wake_at=LATER, reason="later", at=NOW)
            case "reject" if who.stage is Stage.TOUCHING:
                self._settle(Fate.REJECTED)
                self.who = skipped(put_off(who, wake_at=LATER, reason="", at=NOW), wake_at=LATER)
            case "skip" if who.stage in {Stage.WAITING, Stage.PAUSED}:
                if who.touch <= len(DEFAULT.touches):
                    self.who = skipped(who, wake_at=LATER)
            case "pause" if who.stage is not Stage.ENDED:
                self.who = paused(who, until=None, reason="a fair")
            case "resume" if who.stage is Stage.PAUSED:
                self.who = resumed(who, wake_at=LATER if self.open is None else None)
            case "end":
                self.who = ended(who, act.end, reason="", at=NOW)
            case _:
                pass

    def _begin(self, status: RunStatus) -> None:
        run = a_run(self.store.ids, contact_id=self.who.contact_id)
        self.unit.runs.add_all([replace(run, status=status.value)])
        number = self.who.touch
        self.open = Touch(
            touch_id=self.store.ids.new("tch"),
            enrolment_id=self.who.enrolment_id,
            campaign_id=CAMPAIGN,
            contact_id=self.who.contact_id,
            number=number,
            version=1,
            attempt=self.attempts[number],
            run_id=run.run_id,
            begun_at=NOW,
        )
        self.attempts[number] += 1
        assert self.unit.touches.add_touch(self.open)
        self.who = begun(self.who)

    def _settle(self, fate: Fate) -> None:
        assert self.open is not None
        assert self.unit.touches.settle(self.open, fate, at=NOW)
        self.open = None


def lived(store: Store, histories: Sequence[Sequence[Act]]) -> Counter[Fate]:
    """Let each history happen to a recipient of its own; return how each try ended."""
    with store.units.write() as unit:
        campaign = Campaign(
            campaign_id=CAMPAIGN, name="Spring", status=CampaignStatus.RUNNING,
            made_by=PersonId("per_1"), created_at=NOW,
        )  # fmt: skip
        unit.campaigns.add(campaign, DEFAULT)
        fates: Counter[Fate] = Counter()
        for number, history in enumerate(histories):
            contact = add_contact(unit, store.ids, f"c{number}@theirs.example")
            one = enrolled(CAMPAIGN, contact.contact_id, version=1, wake_at=NOW)
            unit.campaigns.enrol([one], at=NOW)
            happening = Happening(store, unit, one)
            for act in history:
                happening.do(act)
            kept = unit.campaigns.enrolment(one.enrolment_id)
            assert kept is not None
            assert unit.campaigns.save_enrolment(replace(kept, enrolment=happening.who))
            fates.update(t.fate for t in unit.touches.touches(one.enrolment_id) if t.fate)
        unit.commit()
    return fates


@example(histories=[[BEGIN, PAUSE], [BEGIN, END], [BEGIN]])
@given(histories=st.lists(ACTS_OF_ONE, max_size=6))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_funnel_adds_up(sqlite_store: Store, histories: list[list[Act]]) -> None:
    """Truths, steps and table each hold every recipient exactly once; fates are all counted."""
    store = sqlite_store.second_workspace()  # a fresh one for each example
    fates = lived(store, histories)
    tallying = Tallying(units=store.units)
    found = tallying.funnel("Spring")
    rows = tallying.table("Spring", cursor=None, size=100).items
    count = len(histories)
    assert found.recipients_count == count == len(rows)
    assert sum(found.truths.values()) == count
    assert Counter(row.truth for row in rows) == Counter(
        {one: number for one, number in found.truths.items() if number}
    )
    places = [step.open_count + sum(step.ended.values()) for step in found.steps]
    assert sum(places) == count
    for step, following in zip(found.steps, found.steps[1:], strict=False):
        assert step.passed_count - following.passed_count == places[step.number]
    assert found.open_count == sum(1 for row in rows if row.end is None)
    for fate in Fate:
        assert sum(step.tries[fate] for step in found.steps) == fates[fate]
    accepted_count = sum(row.touches_accepted for row in rows)
    assert accepted_count == fates[Fate.ACCEPTED]
    for row in rows:
        assert row.touches_accepted <= row.touches_passed
