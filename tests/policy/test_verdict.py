from bailiwick.domain.approval import Needs
from bailiwick.domain.crm import Role
from bailiwick.policy.verdict import (
    Allowed,
    Deciding,
    Held,
    Refused,
    VerdictWord,
    rule_ids,
    verdict_to_args,
    word_of,
)

RULES = (
    Deciding(rule_id="a", harm="h", reason="r"),
    Deciding(rule_id="b/c", harm="h", reason="r"),
)
HELD = Held(rules=RULES, rulebook_hash="x", needs=Needs(role=Role.SUPERVISOR, persons_count=2))


class TestVerdict:
    def test_is_said_in_one_word(self) -> None:
        """Each kind of verdict has its word."""
        verdicts = Allowed(rules=(), rulebook_hash="x"), HELD, Refused(rules=(), rulebook_hash="x")
        assert [word_of(verdict) for verdict in verdicts] == list(VerdictWord)

    def test_names_its_rules(self) -> None:
        """The rules that decided are named in their order."""
        assert rule_ids(HELD) == ("a", "b/c")

    def test_is_recorded_with_rules_and_needs(self) -> None:
        """The record says word, rules, rulebook and which approval would lift it."""
        assert verdict_to_args(HELD) == {
            "word": "held",
            "rules": ["a", "b/c"],
            "needs": {"role": "supervisor", "persons_count": 2},
            "rulebook_hash": "x",
        }

    def test_is_recorded_without_needs_when_none_help(self) -> None:
        """A refusal offers no approval."""
        assert verdict_to_args(Refused(rules=RULES, rulebook_hash="x"))["needs"] is None
