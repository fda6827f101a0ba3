import dataclasses
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from bailiwick.domain.action import TERMS, Action, Effect
from bailiwick.domain.reading import Concern
from bailiwick.policy import rulebook
from bailiwick.policy.judge import as_standing, judge
from bailiwick.policy.question import Question, ResourceKind, question_from_args, question_to_args
from bailiwick.policy.rulebook import Rulebook
from bailiwick.policy.standing import ApprovalStanding, Standing
from bailiwick.policy.verdict import Allowed, Held, Refused

LAW: Final[Rulebook] = rulebook.load()
ROLES: Final = ("viewer", "rep", "approver", "supervisor", "admin")
REACHING: Final = [Action.SEND_MESSAGE, Action.REPLY, Action.INITIAL, Action.FOLLOWUP]

STRICTNESS: Final = (Allowed, Held, Refused)
DANGERS: Final[list[tuple[str, object]]] = [
    *((name, True) for name in (
        "requires_approval", "approval_forced", "tainted_sink", "tainted_run", "halted",
        "suppressed", "do_not_contact", "bounced", "unsubscribed", "opt_out_doubtful",
        "injection_signs", "restricted_content", "quiet_hours", "autoresponder",
    )),
    *((name, False) for name in (
        "declared", "contact_known", "entity_confirmed", "recipient_matches", "sender_matches",
        "answers_inbound",
    )),
    *((name, 99) for name in (
        "records_count", "namesakes_count", "unsupported_claims_count", "links_foreign_count",
        "touches_recent_count", "automatic_replies_today_count", "level_required",
    )),
    ("consent", "denied"), ("jurisdiction", "opt_in"), ("risk", 3),
    ("concerns", frozenset({"legal"})),
]  # fmt: skip

# Mostly unobjectionable, so that allowed, held and refused all come up often.
mostly_no = st.sampled_from([False, False, False, False, False, False, False, True])
mostly_yes = mostly_no.map(lambda value: not value)
confidences = st.one_of(
    st.sampled_from([0, 599, 600, 749, 750, 1000]), st.integers(min_value=0, max_value=1000)
)
approvals = st.builds(
    ApprovalStanding,
    payload_matches=mostly_yes,
    roles=st.integers(min_value=1, max_value=len(ROLES)).map(lambda n: frozenset(ROLES[:n])),
    persons_count=st.integers(min_value=0, max_value=3),
    requester_signed=mostly_no,
    age_seconds=st.sampled_from([0, 60, 259_200, 259_201]),
)


@st.composite
def questions(draw: st.DrawFn, actions: list[Action] | None = None) -> Question:
    action = draw(st.sampled_from(actions or list(Action)))
    terms = TERMS[action]
    rarely_some = st.sampled_from([0, 0, 0, 0, 0, 1, 2])
    standing = Standing(
        effect=terms.effect.value,
        risk=int(terms.risk),
        confidence_permille=draw(confidences),
        requires_approval=draw(mostly_no),
        approval_forced=terms.approval_forced or draw(mostly_no),
        declared=draw(mostly_yes),
        tainted_sink=draw(mostly_no),
        tainted_run=draw(st.booleans()),
        records_count=draw(st.sampled_from([0, 1, 1, 1, 25, 26])),
        level_granted=draw(st.integers(min_value=0, max_value=5)),
        level_required=terms.level_min,
        halted=draw(mostly_no),
        contact_known=draw(mostly_yes),
        suppressed=draw(mostly_no),
        do_not_contact=draw(mostly_no),
        bounced=draw(mostly_no),
        unsubscribed=draw(mostly_no),
        opt_out_doubtful=draw(mostly_no),
        topic_left=draw(mostly_no),
        postal_address_missing=draw(mostly_no),
        namesakes_count=draw(rarely_some),
        entity_confirmed=draw(mostly_yes),
        consent=draw(st.sampled_from(["granted", "implied", "none", "denied", "granted"])),
        jurisdiction=draw(st.sampled_from(["opt_in", "opt_out", ""])),
        purpose=draw(st.sampled_from(["service", "service", "marketing", "internal"])),
        recipient_matches=draw(mostly_yes),
        sender_matches=draw(mostly_yes),
        answers_inbound=draw(mostly_yes),
        injection_signs=draw(mostly_no),
        concerns=draw(st.frozensets(st.sampled_from([c.value for c in Concern]), max_size=1)),
        unsupported_claims_count=draw(rarely_some),
        restricted_content=draw(mostly_no),
        links_foreign_count=draw(rarely_some),
        quiet_hours=draw(mostly_no),
        touches_recent_count=draw(rarely_some),
        touches_recent_max=1,
        automatic_replies_today_count=draw(rarely_some),
        autoresponder=draw(mostly_no),
        approval=draw(st.none() | approvals),
    )
    return Question(
        capability=draw(st.sampled_from(["crm_orchestrator", "reply", 'o"dd\n'])),
        action=action,
        resource_kind=draw(st.sampled_from(ResourceKind)),
        resource_id=draw(st.text(max_size=20)),
        standing=standing,
    )


def given_facts(question: Question, **facts: object) -> Question:
    standing = dataclasses.replace(question.standing, **facts)  # pyright: ignore[reportArgumentType] - a property names the facts it changes
    return dataclasses.replace(question, standing=standing)


class TestLaws:
    @given(questions(REACHING), st.none() | approvals)
    @settings(max_examples=300)
    def test_suppression_refuses_any_plan_and_any_approval(
        self, question: Question, approval: ApprovalStanding | None
    ) -> None:
        """No plan and no person revives a suppressed contact."""
        stopped = given_facts(question, suppressed=True, approval=approval)
        assert isinstance(judge(LAW, stopped), Refused)

    @given(questions(), confidences, confidences)
    @settings(max_examples=300)
    def test_more_confidence_never_costs_a_permit(
        self, question: Question, one: int, other: int
    ) -> None:
        """What is allowed stays allowed when the planner becomes surer."""
        low, high = sorted((one, other))
        if isinstance(judge(LAW, given_facts(question, confidence_permille=low)), Allowed):
            sure = judge(LAW, given_facts(question, confidence_permille=high))
            assert isinstance(sure, Allowed)

    @given(questions(), approvals)
    @settings(max_examples=300)
    def test_an_approval_never_costs_a_permit(
        self, question: Question, approval: ApprovalStanding
    ) -> None:
        """What is allowed without a person stays allowed with any signature."""
        if isinstance(judge(LAW, given_facts(question, approval=None)), Allowed):
            assert isinstance(judge(LAW, given_facts(question, approval=approval)), Allowed)

    @given(questions(), st.sampled_from([0, 1]), st.integers(min_value=0, max_value=259_200))
    @settings(max_examples=400)
    def test_held_needs_really_suffices(
        self, question: Question, persons_more: int, age_seconds: int
    ) -> None:
        """The approval that a held verdict names, or a stronger one, lets the step through."""
        verdict = judge(LAW, question)
        if not isinstance(verdict, Held):
            return
        approval = dataclasses.replace(as_standing(verdict.needs), age_seconds=age_seconds)
        if persons_more:
            approval = dataclasses.replace(
                approval,
                roles=frozenset(ROLES),
                persons_count=approval.persons_count + persons_more,
            )
        assert isinstance(judge(LAW, given_facts(question, approval=approval)), Allowed)

    @given(questions())
    @settings(max_examples=200)
    def test_a_verdict_is_the_same_every_time(self, question: Question) -> None:
        """Judging again, also from the recorded form, gives the same verdict, rules in order."""
        verdict = judge(LAW, question)
        names = [rule.rule_id for rule in verdict.rules]
        assert names == sorted(names)
        assert names
        assert verdict == judge(LAW, question)
        assert verdict == judge(LAW, question_from_args(question_to_args(question)))

    @given(questions([a for a in Action if TERMS[a].effect is not Effect.PROTECT]))
    @settings(max_examples=200)
    def test_a_halt_stops_everything_but_protection(self, question: Question) -> None:
        """While halted nothing is allowed and no approval is offered."""
        assert isinstance(judge(LAW, given_facts(question, halted=True)), Refused)

    @given(questions([Action.SUPPRESS_CONTACT]))
    @settings(max_examples=200)
    def test_protection_of_the_contact_itself_is_always_allowed(self, question: Question) -> None:
        """A declared suppression of a trusted contact meets no objection at all."""
        trusted = given_facts(question, declared=True, tainted_sink=False)
        assert isinstance(judge(LAW, trusted), Allowed)

    @given(questions(), st.sampled_from(DANGERS))
    @settings(max_examples=400)
    def test_danger_never_opens_a_gate(
        self, question: Question, danger: tuple[str, object]
    ) -> None:
        """A worse fact never lets through what was not, nor makes a refused step liftable."""
        fact, worse = danger
        before, after = judge(LAW, question), judge(LAW, given_facts(question, **{fact: worse}))
        assert STRICTNESS.index(type(after)) >= STRICTNESS.index(type(before))

    @given(
        questions(), st.integers(min_value=0, max_value=5), st.integers(min_value=0, max_value=5)
    )
    @settings(max_examples=200)
    def test_more_autonomy_never_costs_a_permit(
        self, question: Question, one: int, other: int
    ) -> None:
        """What is allowed at a level is allowed at every higher one."""
        low, high = sorted((one, other))
        if isinstance(judge(LAW, given_facts(question, level_granted=low)), Allowed):
            assert isinstance(judge(LAW, given_facts(question, level_granted=high)), Allowed)

    @given(questions())
    @settings(max_examples=100)
    def test_a_workspace_rule_never_loosens(self, question: Question) -> None:
        """With a workspace's own rule on top, nothing is allowed that was not before."""
        if isinstance(judge(TIGHTER, question), Allowed):
            assert isinstance(judge(LAW, question), Allowed)


TIGHTER: Final[Rulebook] = LAW.tightened(
    {
        "evening": '@id("workspace/evening") @harm("h") @reason("r")\n'
        'forbid (principal, action in Action::"effect/changing", resource)\n'
        "when { context.quiet_hours };"
    }
)


def test_the_generator_reaches_every_verdict() -> None:
    """The laws above are tried on allowed, held and refused questions alike."""
    seen: set[str] = set()

    @given(questions())
    @settings(max_examples=200, database=None, derandomize=True)
    def collect(question: Question) -> None:
        seen.add(type(judge(LAW, question)).__name__)

    collect()
    assert seen == {"Allowed", "Held", "Refused"}
