"""`policy test` judges each rule under the law that its cases were written for."""

from tests.cli.house import House

from bailiwick.cli.exits import Exit

RULE = """@id("workspace/sure") @harm("h") @reason("r")
forbid (principal, action in Action::"effect/outward", resource)
when { context.confidence_permille < 800 };"""
CASES = """["workspace/sure"]
action = "send_message"
verdict = "refused"
stops = { confidence_permille = 750 }
passes = { confidence_permille = 900 }
"""


def write_rule(house: House, cases: str) -> None:
    folder = house.folder / "rules"
    folder.mkdir()
    (folder / "sure.cedar").write_text(RULE, encoding="utf-8")
    (folder / "sure.cases.toml").write_text(cases, encoding="utf-8")


class TestPolicyTest:
    def test_lets_a_workspace_tighten_the_gate(self, empty_house: House) -> None:
        """A stricter gate breaks no case of the product; every rule of both is counted."""
        before = empty_house.run("policy", "test", "--json").json()
        write_rule(empty_house, CASES)
        ran = empty_house.run("policy", "test", "--rules", "rules", "--json")
        assert ran.code == Exit.OK, ran.out
        after = ran.json()
        assert after["findings"] == before["findings"] == []
        for counted in ("rules", "cases"):
            assert int(str(after[counted])) == int(str(before[counted])) + 1
        in_force = '[policy]\nrules_folder = "rules"\n'
        (empty_house.folder / "bailiwick.toml").write_text(in_force, encoding="utf-8")
        assert empty_house.run("policy", "test", "--json").json() == after

    def test_finds_a_rule_that_does_not_keep_its_case(self, empty_house: House) -> None:
        """A stopping case that passes is told, and the command fails."""
        write_rule(empty_house, CASES.replace("= 750", "= 850"))
        ran = empty_house.run("policy", "test", "--rules", "rules")
        assert ran.code == Exit.FAULT
        assert "workspace/sure" in ran.out
