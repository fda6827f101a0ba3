import dataclasses

from bailiwick.domain.action import Action
from bailiwick.policy import specimen
from bailiwick.policy.explain import Explanation, explain
from bailiwick.policy.rulebook import Rulebook
from bailiwick.policy.verdict import Allowed, Held, Refused, rule_ids


def explained(law: Rulebook, action: Action = Action.SEND_MESSAGE, **facts: object) -> Explanation:
    standing = dataclasses.replace(specimen.clear_standing(action), **facts)  # pyright: ignore[reportArgumentType] - a test names the facts it changes
    return explain(law, specimen.asked(action, standing))


class TestExplain:
    def test_lists_the_rules_that_can_speak(self, law: Rulebook) -> None:
        """For internal work the mail rules are left out."""
        names = {r.rule_id for r in explained(law, Action.RECORD_FACTS).applicable}
        assert "unsure/confidence" in names
        assert "mail/recipient" not in names

    def test_names_the_deciding_rules(self, law: Rulebook) -> None:
        """The rules of the verdict are the rules of the explanation."""
        assert rule_ids(explained(law, halted=True).verdict) == ("kill_switch",)

    def test_finds_the_value_that_would_let_it_through(self, law: Rulebook) -> None:
        """For a mail that is not sure enough it names the very threshold."""
        flips = explained(law, confidence_permille=700).flips
        freed = {(f.fact, f.would_be) for f in flips if isinstance(f.verdict, Allowed)}
        assert freed == {
            ("confidence_permille", "750"),
            ("risk", "1"),
            ("approval", "by 1 x approver"),
        }

    def test_finds_what_would_stop_it(self, law: Rulebook) -> None:
        """For an allowed mail it names facts that would hold or refuse it."""
        flips = {(f.fact, f.would_be): f.verdict for f in explained(law, purpose="marketing").flips}
        assert isinstance(flips["suppressed", "yes"], Refused)
        assert isinstance(flips["touches_recent_count", "1"], Held)
        assert isinstance(flips["concerns", "other"], Held)
        assert isinstance(flips["consent", "other"], Held)
        assert isinstance(flips["consent", "denied"], Refused)

    def test_shows_each_of_several_rules_being_lifted(self, law: Rulebook) -> None:
        """With two rules in the way, it says which fact would silence which."""
        flips = explained(law, confidence_permille=700, level_granted=1).flips
        cleared = {f.fact: f.cleared for f in flips if isinstance(f.verdict, Held)}
        assert cleared["confidence_permille"] == ("unsure/class_threshold",)
        assert cleared["level_granted"] == ("autonomy",)

    def test_offers_only_approvals_that_help(self, law: Rulebook) -> None:
        """A suppressed contact's mail is lifted by no approval."""
        assert "approval" not in {f.fact for f in explained(law, suppressed=True).flips}

    def test_asks_about_the_same_resource(self, law: Rulebook) -> None:
        """Flips change facts, not what is acted on; the same question gives the same answer."""
        question = specimen.clear_question()
        assert explain(law, question) == explain(law, question)
