import re
from collections import defaultdict
from collections.abc import Callable
from typing import Final

import pytest

from bailiwick.domain.action import TERMS, Action, Effect
from bailiwick.domain.approval import APPROVAL_HOURS_MAX, Needs
from bailiwick.domain.crm import Role
from bailiwick.domain.provenance import CONFIDENCE_PERMILLE_MIN
from bailiwick.policy import rule_cases, rulebook
from bailiwick.policy.cedar import RuleEffect
from bailiwick.policy.judge import UNGRANTED, judge
from bailiwick.policy.rule_cases import RuleCase
from bailiwick.policy.rulebook import Rulebook
from bailiwick.policy.standing import ApprovalStanding
from bailiwick.policy.verdict import Allowed, Held, Refused, Verdict, rule_ids, word_of

CASES: Final = {case.rule_id: case for case in rule_cases.load_cases()}
Ruling = Callable[..., Verdict]

APPROVER: Final = Needs(role=Role.APPROVER)


def approval(
    role: str = "approver",
    *,
    persons_count: int = 1,
    payload_matches: bool = True,
    requester_signed: bool = False,
    age_seconds: int = 60,
) -> ApprovalStanding:
    ladder = ("viewer", "rep", "approver", "supervisor")
    return ApprovalStanding(
        payload_matches=payload_matches,
        roles=frozenset(ladder[: ladder.index(role) + 1]),
        persons_count=persons_count,
        requester_signed=requester_signed,
        age_seconds=age_seconds,
    )


def test_every_rule_has_cases_and_is_what_they_say(law: Rulebook) -> None:
    """Each rule stops its one case alone, as told, and lets its other case pass."""
    assert rule_cases.check(law, CASES.values()) == ()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
class TestEachRule:
    def test_stops_its_case(self, law: Rulebook, case: RuleCase) -> None:
        """The case that the rule must stop is not allowed, and the rule is named."""
        verdict = judge(law, case.stops)
        speaks = (
            case.rule_id
            if law.by_id[case.rule_id].effect is RuleEffect.FORBID
            else UNGRANTED.rule_id
        )
        assert (word_of(verdict), rule_ids(verdict)) == (case.word, (speaks,))

    def test_lets_the_other_case_pass(self, law: Rulebook, case: RuleCase) -> None:
        """The case just beside it is allowed."""
        assert isinstance(judge(law, case.passes), Allowed)

    def test_is_the_one_that_stops(self, law: Rulebook, case: RuleCase) -> None:
        """Without the rule the verdict on its cases is another: nothing else does its work."""
        texts: dict[str, list[str]] = defaultdict(list)
        for rule in law.rules:
            if rule.rule_id != case.rule_id:
                texts[rule.file].append(rule.text)
        without = rulebook.compiled({file: "\n".join(parts) for file, parts in texts.items()})
        if law.by_id[case.rule_id].effect is RuleEffect.FORBID:
            assert isinstance(judge(without, case.stops), Allowed)
        else:
            assert rule_ids(judge(without, case.passes)) == (UNGRANTED.rule_id,)


def test_every_effect_of_an_action_has_a_grant(law: Rulebook) -> None:
    """No action in the registry is refused merely because its effect class was forgotten."""
    granted = {rule.rule_id for rule in law.rules if rule.effect is RuleEffect.PERMIT}
    of_steps = {rule_id for rule_id in granted if not rule_id.startswith("rights/")}
    assert of_steps == {f"grants/{terms.effect}" for terms in TERMS.values()}


def test_grants_read_no_approval(law: Rulebook) -> None:
    """A grant carries no approval clause, so each held verdict names the rule that holds."""
    assert not [r for r in law.rules if r.effect is RuleEffect.PERMIT and r.liftable]


def test_numbers_in_the_rules_are_those_of_the_domain(law: Rulebook) -> None:
    """The confidence floor and the life of an approval are the published ones, in every rule."""
    assert f"context.confidence_permille < {CONFIDENCE_PERMILLE_MIN}" in law.texts["unsure"]
    ages = {a for text in law.texts.values() for a in re.findall(r"age_seconds <= (\d+)", text)}
    assert ages == {str(APPROVAL_HOURS_MAX * 3600)}


class TestConfidence:
    @pytest.mark.parametrize("action", [Action.RECORD_FACTS, Action.REPLY])
    def test_waits_below_the_floor(self, ruling: Ruling, action: Action) -> None:
        """0.599 is held for an approver."""
        verdict = ruling(action, confidence_permille=599)
        assert isinstance(verdict, Held)
        assert (rule_ids(verdict), verdict.needs) == (("unsure/confidence",), APPROVER)

    def test_passes_on_the_floor(self, ruling: Ruling) -> None:
        """0.600 itself is enough for what is internal and reversible."""
        assert isinstance(ruling(Action.RECORD_FACTS, confidence_permille=600), Allowed)

    def test_is_not_asked_of_protection(self, ruling: Ruling) -> None:
        """Suppressing a contact is allowed however unsure the planner is."""
        assert isinstance(ruling(Action.SUPPRESS_CONTACT, confidence_permille=0), Allowed)

    def test_is_not_asked_of_calling_a_person(self, ruling: Ruling) -> None:
        """Handing over to a person is what to do when unsure."""
        assert isinstance(ruling(Action.ESCALATE_TO_PERSON, confidence_permille=1), Allowed)


class TestAskedToStop:
    @pytest.mark.parametrize("fact", ["suppressed", "unsubscribed", "do_not_contact", "bounced"])
    @pytest.mark.parametrize(
        "action", [Action.SEND_MESSAGE, Action.REPLY, Action.INITIAL, Action.ENRICH]
    )
    def test_refuses_with_any_approval(self, ruling: Ruling, fact: str, action: Action) -> None:
        """Two supervisors cannot have a stopped contact written to, or worked on for that."""
        strongest = approval("supervisor", persons_count=2)
        verdict = ruling(action, **{fact: True}, purpose="marketing", approval=strongest)
        assert rule_ids(verdict) == (f"asked_to_stop/{fact}",)
        assert isinstance(verdict, Refused)

    @pytest.mark.parametrize(
        "action",
        [a for a, t in TERMS.items() if t.effect is Effect.DELEGATE and t.level_min == 1],
    )
    def test_knows_every_action_that_drafts(self, ruling: Ruling, action: Action) -> None:
        """Drafting a mail to a stopped contact is no internal work, whatever it is called."""
        assert isinstance(ruling(action, suppressed=True, purpose="internal"), Refused)
        assert isinstance(ruling(action, consent="denied", purpose="internal"), Refused)

    def test_lets_internal_work_go_on(self, ruling: Ruling) -> None:
        """Correcting the record of a suppressed contact is allowed."""
        assert isinstance(ruling(Action.ENRICH, suppressed=True, purpose="internal"), Allowed)
        assert isinstance(ruling(Action.RECORD_FACTS, suppressed=True, purpose="internal"), Allowed)

    def test_lets_a_person_be_asked(self, ruling: Ruling) -> None:
        """A suppressed contact's message can still be handed to a person."""
        assert isinstance(ruling(Action.ESCALATE_TO_PERSON, suppressed=True), Allowed)

    def test_does_not_read_internal_on_a_mail(self, ruling: Ruling) -> None:
        """Calling a mail internal does not get it past suppression."""
        assert isinstance(ruling(suppressed=True, purpose="internal"), Refused)


class TestConsent:
    @pytest.mark.parametrize("jurisdiction", ["opt_in", "", "atlantis"])
    def test_is_asked_for_unless_the_law_says_opt_out(
        self, ruling: Ruling, jurisdiction: str
    ) -> None:
        """An unknown country counts as one that asks for consent first."""
        verdict = ruling(consent="none", purpose="marketing", jurisdiction=jurisdiction)
        assert rule_ids(verdict) == ("consent/missing",)

    def test_is_not_asked_for_in_opt_out_countries(self, ruling: Ruling) -> None:
        """Where the law lets one write until told to stop, no consent is needed."""
        assert isinstance(
            ruling(consent="none", purpose="marketing", jurisdiction="opt_out"), Allowed
        )

    def test_is_not_asked_for_to_answer(self, ruling: Ruling) -> None:
        """Answering somebody's own message needs no consent to marketing."""
        assert isinstance(ruling(consent="none", purpose="service"), Allowed)

    def test_refuses_what_was_denied_everywhere(self, ruling: Ruling) -> None:
        """A no is a no in every jurisdiction."""
        verdict = ruling(consent="denied", jurisdiction="opt_out", purpose="marketing")
        assert isinstance(verdict, Refused)


class TestKillSwitch:
    @pytest.mark.parametrize("action", [a for a in Action if a is not Action.SUPPRESS_CONTACT])
    def test_refuses_every_action(self, ruling: Ruling, action: Action) -> None:
        """Nothing but protection happens while halted, whoever approves."""
        verdict = ruling(action, halted=True, approval=approval("supervisor", persons_count=2))
        assert isinstance(verdict, Refused)

    def test_lets_a_contact_be_protected(self, ruling: Ruling) -> None:
        """Somebody who asks to stop is suppressed even while halted."""
        assert TERMS[Action.SUPPRESS_CONTACT].effect is Effect.PROTECT
        assert isinstance(ruling(Action.SUPPRESS_CONTACT, halted=True), Allowed)


class TestApproval:
    def test_lifts_what_it_fits(self, ruling: Ruling) -> None:
        """A fresh approval of this payload by an approver is enough."""
        assert isinstance(ruling(requires_approval=True, approval=approval()), Allowed)

    @pytest.mark.parametrize(
        "unfit",
        [
            approval(payload_matches=False),
            approval(age_seconds=APPROVAL_HOURS_MAX * 3600 + 1),
            approval("rep"),
        ],
        ids=["other payload", "older than 72 h", "only a rep"],
    )
    def test_counts_for_nothing_otherwise(self, ruling: Ruling, unfit: ApprovalStanding) -> None:
        """An approval of other bytes, too old, or by the wrong person leaves the step held."""
        verdict = ruling(requires_approval=True, approval=unfit)
        assert isinstance(verdict, Held)
        assert verdict.needs == APPROVER

    def test_holds_for_exactly_72_hours(self, ruling: Ruling) -> None:
        """The last second of the third day still counts."""
        last = approval(age_seconds=APPROVAL_HOURS_MAX * 3600)
        assert isinstance(ruling(requires_approval=True, approval=last), Allowed)

    def test_lets_an_editor_sign_an_ordinary_mail(self, ruling: Ruling) -> None:
        """Whoever edits a draft may send it: the person has read it."""
        own = approval(requester_signed=True)
        assert isinstance(ruling(requires_approval=True, approval=own), Allowed)

    @pytest.mark.parametrize("persons_count", [1, 2])
    def test_needs_other_eyes_for_what_is_forced(self, ruling: Ruling, persons_count: int) -> None:
        """Nobody signs off their own request to delete, not even with a second person."""
        own = approval("supervisor", persons_count=persons_count, requester_signed=True)
        verdict = ruling(Action.DELETE_RECORD, approval=own)
        assert isinstance(verdict, Held)
        assert verdict.needs == Needs(role=Role.APPROVER, persons_count=2)

    def test_of_bulk_needs_two_with_a_supervisor(self, ruling: Ruling) -> None:
        """More than 25 rows need the strongest approval there is."""
        verdict = ruling(Action.BULK_UPDATE, records_count=26, approval=approval(persons_count=2))
        assert isinstance(verdict, Held)
        assert verdict.needs == Needs(role=Role.SUPERVISOR, persons_count=2)


class TestRuleOfTwo:
    def test_lets_a_plain_answer_through_under_a_grant(self, ruling: Ruling) -> None:
        """A run that read the message may answer its writer under a live L3 grant."""
        assert isinstance(ruling(tainted_run=True), Allowed)

    @pytest.mark.parametrize(
        "facts",
        [
            {"answers_inbound": False, "purpose": "marketing"},
            {"injection_signs": True},
            {"level_granted": 2, "level_required": 2},
        ],
        ids=["to somebody else's thread", "with signs of injection", "without a grant"],
    )
    def test_holds_everything_else(self, ruling: Ruling, facts: dict[str, object]) -> None:
        """Foreign text, private data and a message out together need a person."""
        verdict = ruling(tainted_run=True, **facts)
        assert isinstance(verdict, Held)
        assert "taint/rule_of_two" in rule_ids(verdict)


class TestQuietHours:
    def test_hold_marketing(self, ruling: Ruling) -> None:
        """An advertisement waits for the morning or for a person."""
        assert rule_ids(ruling(quiet_hours=True, purpose="marketing")) == ("rhythm/quiet_hours",)

    def test_hold_an_unasked_service_mail(self, ruling: Ruling) -> None:
        """A service mail that answers nothing waits as well."""
        verdict = ruling(quiet_hours=True, answers_inbound=False)
        assert rule_ids(verdict) == ("purpose/service", "rhythm/quiet_hours")


class TestAutonomy:
    @pytest.mark.parametrize(
        ("action", "level"),
        [(Action.REPLY, 1), (Action.ENRICH, 2), (Action.UPDATE_FIELD, 3)],
    )
    def test_holds_one_level_below_and_passes_on_it(
        self, ruling: Ruling, action: Action, level: int
    ) -> None:
        """Drafts need L1, other internal work L2, customer-visible work L3."""
        assert TERMS[action].level_min == level
        assert isinstance(ruling(action, level_granted=level), Allowed)
        below = ruling(action, level_granted=level - 1)
        assert isinstance(below, Held)
        assert rule_ids(below) == ("autonomy",)


@pytest.mark.parametrize(
    ("action", "held"),
    [
        (Action.SEND_MESSAGE, True),
        (Action.CREATE_TASK, True),
        (Action.RECORD_FACTS, True),
        (Action.SUPPRESS_CONTACT, False),
        (Action.REPLY, False),
    ],
)
def test_namesakes_hold_what_leaves_and_what_is_written(
    ruling: Ruling, action: Action, *, held: bool
) -> None:
    """A doubtful identity needs a person for mail and writes, never for protection or drafts."""
    verdict = ruling(action, namesakes_count=1, entity_confirmed=False)
    assert ("wrong_entity" in rule_ids(verdict)) is held
