import dataclasses
from collections.abc import Callable
from decimal import Decimal

import pytest

from bailiwick.domain.action import Action
from bailiwick.domain.approval import Needs
from bailiwick.domain.crm import Role
from bailiwick.policy import rulebook, specimen
from bailiwick.policy.judge import FAULT, REMEDIES, UNGRANTED, as_standing, judge
from bailiwick.policy.rulebook import Rulebook
from bailiwick.policy.verdict import Allowed, Held, Refused, Verdict, rule_ids

Ruling = Callable[..., Verdict]

ERRING = """@id("erring") @harm("h") @reason("r")
forbid (principal, action in Action::"effect/stoppable", resource)
when { context.risk + 9223372036854775807 > 0 };"""

ERRING_WITH_APPROVAL = """@id("erring") @harm("h") @reason("r")
forbid (principal, action in Action::"effect/stoppable", resource)
when { context has approval && context.approval.persons_count + 9223372036854775807 > 0 };"""

NEEDS_AN_ADMIN = """@id("admin") @harm("h") @reason("r")
forbid (principal, action, resource)
unless { context has approval && context.approval.roles.contains("admin") };"""

NOT_WHEN_APPROVED = """@id("odd") @harm("h") @reason("r")
forbid (principal, action in Action::"effect/stoppable", resource)
when { context.requires_approval }
unless { context has approval && context.approval.persons_count == 1 };"""


class TestJudge:
    def test_allows_naming_the_grant(self, ruling: Ruling) -> None:
        """An allowed verdict names the rule that grants it."""
        verdict = ruling()
        assert isinstance(verdict, Allowed)
        assert rule_ids(verdict) == ("grants/outward",)
        assert verdict.rules[0].harm
        assert verdict.rules[0].reason

    def test_holds_naming_every_rule_in_order(self, ruling: Ruling) -> None:
        """A held verdict names all rules that an approval must lift, sorted, and what is needed."""
        verdict = ruling(confidence_permille=1, requires_approval=True, level_granted=0)
        assert isinstance(verdict, Held)
        assert rule_ids(verdict) == (
            "autonomy",
            "person/requested",
            "unsure/class_threshold",
            "unsure/confidence",
        )
        assert verdict.needs == Needs(role=Role.APPROVER)

    def test_asks_for_the_weakest_approval_that_lifts_all(self, ruling: Ruling) -> None:
        """With one rule asking for an approver and one for a supervisor, a supervisor is needed."""
        verdict = ruling(purpose="marketing", touches_recent_count=9, requires_approval=True)
        assert isinstance(verdict, Held)
        assert verdict.needs == Needs(role=Role.SUPERVISOR)

    def test_refuses_naming_only_what_no_approval_lifts(self, ruling: Ruling) -> None:
        """A refused verdict names what refuses it, not what a person could have lifted."""
        verdict = ruling(suppressed=True, confidence_permille=1)
        assert isinstance(verdict, Refused)
        assert rule_ids(verdict) == ("asked_to_stop/suppressed",)

    def test_says_when_nothing_grants(self, ruling: Ruling) -> None:
        """An action that the capability never declared is refused by name, not by silence."""
        verdict = ruling(declared=False)
        assert isinstance(verdict, Refused)
        assert verdict.rules == (UNGRANTED,)

    def test_says_when_nothing_grants_behind_a_held_rule(self, ruling: Ruling) -> None:
        """No approval makes up for a missing grant."""
        verdict = ruling(declared=False, requires_approval=True)
        assert isinstance(verdict, Refused)
        assert verdict.rules == (UNGRANTED,)

    def test_refuses_a_standing_of_another_effect(self, ruling: Ruling) -> None:
        """A mail passed off as a read is granted by nothing."""
        verdict = ruling(effect="read", risk=0)
        assert isinstance(verdict, Refused)
        assert rule_ids(verdict) == (UNGRANTED.rule_id,)

    def test_stamps_the_rulebook(self, law: Rulebook, ruling: Ruling) -> None:
        """Each kind of verdict carries the hash of the law it was judged by."""
        verdicts = ruling(), ruling(requires_approval=True), ruling(halted=True)
        assert {v.rulebook_hash for v in verdicts} == {law.hash}

    def test_needs_stronger_than_any_remedy_is_refused(self, law: Rulebook) -> None:
        """A rule that wants an approval nobody is asked for refuses, and is named."""
        book = rulebook.compiled({**law.texts, "admin": NEEDS_AN_ADMIN})
        verdict = judge(book, specimen.clear_question())
        assert isinstance(verdict, Refused)
        assert rule_ids(verdict) == ("admin",)

    def test_tries_each_remedy_for_itself(self, law: Rulebook) -> None:
        """A rule that a single signature lifts and two do not is still held for one."""
        book = rulebook.compiled({**law.texts, "odd": NOT_WHEN_APPROVED})
        standing = dataclasses.replace(specimen.clear_standing(), requires_approval=True)
        verdict = judge(book, specimen.asked(Action.SEND_MESSAGE, standing))
        assert isinstance(verdict, Held)
        assert verdict.needs == REMEDIES[0]

    def test_ignores_an_unfit_approval_when_it_looks_for_a_remedy(self, ruling: Ruling) -> None:
        """What would lift the step is found afresh, whatever signature stands already."""
        one = dataclasses.replace(as_standing(REMEDIES[0]), payload_matches=False)
        verdict = ruling(Action.DELETE_RECORD, approval=one)
        assert isinstance(verdict, Held)
        assert verdict.needs == Needs(role=Role.APPROVER, persons_count=2)


class TestFault:
    @pytest.mark.parametrize("text", [ERRING, ERRING_WITH_APPROVAL], ids=["plain", "approved"])
    def test_of_a_rule_refuses(self, law: Rulebook, text: str) -> None:
        """A forbid that errs is skipped by Cedar; here it refuses, at once or on asking again."""
        book = rulebook.compiled({**law.texts, "erring": text})
        standing = dataclasses.replace(specimen.clear_standing(), requires_approval=True)
        verdict = judge(book, specimen.asked(Action.SEND_MESSAGE, standing))
        assert isinstance(verdict, Refused)
        assert rule_ids(verdict) == (FAULT.rule_id,)
        assert "`erring`" in verdict.rules[0].reason

    @pytest.mark.parametrize(
        ("fact", "value"),
        [
            ("confidence_permille", 900.0),
            ("confidence_permille", float("nan")),
            ("confidence_permille", True),
            ("confidence_permille", "900"),
            ("confidence_permille", 2**63),
            ("confidence_permille", Decimal(900)),
            ("suppressed", 0),
            ("suppressed", None),
            ("purpose", "\ud800"),
            ("purpose", b"service"),
            ("concerns", None),
        ],
    )
    def test_of_a_fact_refuses(self, ruling: Ruling, fact: str, value: object) -> None:
        """A fact of another type than the schema's is never coerced: the step is refused."""
        verdict = ruling(**{fact: value})
        assert isinstance(verdict, Refused)
        assert rule_ids(verdict) == (FAULT.rule_id,)

    def test_of_an_id_refuses(self, law: Rulebook) -> None:
        """An id that is no text at all is refused without an exception."""
        question = dataclasses.replace(specimen.clear_question(), resource_id="\ud800")
        assert rule_ids(judge(law, question)) == (FAULT.rule_id,)

    @pytest.mark.parametrize("odd", ['"', "a\nb", '"; permit(principal,action,resource);', "é\x00"])
    def test_is_not_found_in_odd_ids(self, law: Rulebook, odd: str) -> None:
        """An id may hold any character and changes nothing."""
        question = dataclasses.replace(specimen.clear_question(), resource_id=odd, capability=odd)
        assert isinstance(judge(law, question), Allowed)


def test_an_empty_rulebook_refuses_everything() -> None:
    """Without a grant nothing is allowed, not even looking."""
    empty = rulebook.compiled({})
    for action in Action:
        verdict = judge(empty, specimen.clear_question(action))
        assert isinstance(verdict, Refused)
        assert verdict.rules == (UNGRANTED,)
