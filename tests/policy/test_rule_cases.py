from pathlib import Path

import pytest

from bailiwick.policy import rule_cases, rulebook
from bailiwick.policy.rule_cases import Finding, UnableToReadCases
from bailiwick.policy.rulebook import Rulebook

NEVER = """@id("never") @harm("h") @reason("r")
forbid (principal, action in Action::"effect/outward", resource)
when { context.risk > 3 && context.risk < 3 };"""

CASE = """[never]
action = "send_message"
verdict = "refused"
stops = { risk = 3 }
passes = { risk = 2 }
"""

SURE = """@id("workspace/sure") @harm("h") @reason("r")
forbid (principal, action in Action::"effect/outward", resource)
when { context.confidence_permille < 800 };"""

SURE_CASE = """["workspace/sure"]
action = "send_message"
verdict = "refused"
stops = { confidence_permille = 750 }
passes = { confidence_permille = 900 }
"""


def findings(law: Rulebook, cases: str, **texts: str) -> tuple[Finding, ...]:
    book = rulebook.compiled({**law.texts, **texts})
    return rule_cases.check(book, (*rule_cases.load_cases(), *rule_cases.read_cases(cases)))


class TestCheck:
    def test_finds_a_rule_without_a_case(self, law: Rulebook) -> None:
        """A rule that nobody wrote cases for fails, and is told where to put them."""
        (finding,) = findings(law, "", never=NEVER)
        assert finding.rule_id == "never"
        assert "add one to never.cases.toml" in finding.problem

    def test_finds_a_rule_that_never_speaks(self, law: Rulebook) -> None:
        """A condition that is always false passes validation, but not its own stopping case."""
        (finding,) = findings(law, CASE, never=NEVER)
        assert "stopping case must be refused by never alone" in finding.problem

    def test_finds_a_rule_that_always_speaks(self, law: Rulebook) -> None:
        """A rule that stops its own passing case is found."""
        always = NEVER.replace("context.risk > 3 && context.risk < 3", "context.risk > 1")
        (finding,) = [
            f
            for f in findings(law, CASE.replace("risk = 3", "risk = 2"), never=always)
            if f.rule_id == "never"
        ]
        assert "passing case must be allowed" in finding.problem

    def test_finds_another_need_than_told(self, law: Rulebook) -> None:
        """A case also pins which approval lifts the rule."""
        text = law.texts["rhythm"].replace('"supervisor"', '"approver"')
        (finding,) = findings(law, "", rhythm=text)
        assert finding.rule_id == "rhythm/frequency"
        assert "must need" in finding.problem

    def test_finds_cases_of_no_rule(self, law: Rulebook) -> None:
        """Cases left behind by a removed rule are named."""
        (finding,) = findings(law, CASE)
        assert finding == Finding(
            rule_id="never",
            problem="has cases but is not in the rulebook; remove the cases",
        )

    def test_finds_a_grant_that_another_makes_idle(self, law: Rulebook) -> None:
        """A grant whose passing case is granted by another rule is found."""
        idle = law.texts["grants"].replace(
            'context.declared && context.effect == "read"', "context.declared && context.halted"
        )
        wide = """@id("wide") @harm("h") @reason("r")
        permit (principal, action == Action::"do_nothing", resource)
        when { context.declared };"""
        problems = {f.rule_id: f.problem for f in findings(law, "", grants=idle, wide=wide)}
        assert "passing case must be allowed by it" in problems["grants/read"]

    def test_accepts_a_good_rule(self, law: Rulebook) -> None:
        """A new rule that does what its cases say is fine."""
        good = NEVER.replace("context.risk > 3 && context.risk < 3", "context.risk > 2")
        assert findings(law, CASE, never=good) == ()


class TestCheckTightened:
    def test_lets_a_rule_stop_what_the_product_lets_pass(self, law: Rulebook) -> None:
        """A stricter confidence gate stops passing cases of the product, and that is no finding."""
        stricter = law.tightened({"sure": SURE})
        shipped = rule_cases.load_cases()
        added = rule_cases.read_cases(SURE_CASE)
        assert rule_cases.check(stricter, (*shipped, *added)), "the product's cases alone fail"
        assert rule_cases.check_tightened(law, stricter, cases=shipped, added=added) == ()

    @pytest.mark.parametrize(
        ("cases", "rule_id", "problem"),
        [
            ("", "workspace/sure", "has no case"),
            (SURE_CASE.replace("= 750", "= 900"), "workspace/sure", "stopping case must be"),
            (SURE_CASE.replace("= 900", "= 750"), "workspace/sure", "passing case must be"),
            (SURE_CASE + CASE, "never", "not in the rulebook"),
            (SURE_CASE + CASE.replace("never", "bulk"), "bulk", "not in the rulebook"),
        ],
    )
    def test_still_finds_what_is_wrong_with_it(
        self, law: Rulebook, cases: str, rule_id: str, problem: str
    ) -> None:
        """The added rule is tried under the tightened law; cases of no added rule are named."""
        (finding,) = rule_cases.check_tightened(
            law,
            law.tightened({"sure": SURE}),
            cases=rule_cases.load_cases(),
            added=rule_cases.read_cases(cases),
        )
        assert finding.rule_id == rule_id
        assert problem in finding.problem


class TestReadCases:
    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("[never", "not TOML"),
            ("never = 1", "case 'never': expected a table, not int"),
            (CASE.replace("verdict", "verdikt"), "case 'never': has .*needs"),
            (CASE.replace("send_message", "sing"), "case 'never': 'sing' is not a valid Action"),
            (CASE.replace("refused", "maybe"), "case 'never': 'maybe' is not a valid"),
            (CASE.replace("risk = 3", "mood = 3"), "case 'never': .*'mood'"),
            (CASE.replace("risk = 3", "risk = 3.0"), "risk is int, not float"),
            (CASE + 'needs = { role = "king", persons_count = 1 }', "'king' is not a valid Role"),
            (CASE + 'needs = { role = "rep", persons_count = "x" }', "whole number"),
            (CASE + 'needs = { role = "rep" }', "persons_count"),
            ("x = " + "[" * 5_000 + "]" * 5_000, "not TOML"),
            (CASE.replace("risk = 3", "risk = " + "9" * 5_000), "not TOML"),
        ],
    )
    def test_names_the_case_and_the_mistake(self, text: str, complaint: str) -> None:
        """A case that cannot be read says which and why."""
        with pytest.raises(UnableToReadCases, match=complaint):
            rule_cases.read_cases(text)

    def test_names_the_file(self, tmp_path: Path) -> None:
        """A bad file of cases is named."""
        (tmp_path / "never.cases.toml").write_text("[never", encoding="utf-8")
        with pytest.raises(UnableToReadCases, match=r"'never.cases.toml': not TOML"):
            rule_cases.load_cases(tmp_path)
