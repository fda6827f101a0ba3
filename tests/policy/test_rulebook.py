import dataclasses
from pathlib import Path

import pytest

from bailiwick.domain.action import Action
from bailiwick.policy import rulebook, specimen
from bailiwick.policy.cedar import RuleEffect
from bailiwick.policy.judge import judge
from bailiwick.policy.rulebook import Rulebook, UnableToLoadRulebook
from bailiwick.policy.verdict import Allowed, Held, Refused, rule_ids

GOOD = """@id("night") @harm("waking people") @reason("it is night")
forbid (principal, action in Action::"effect/outward", resource)
when { context.quiet_hours };"""


def copied(law: Rulebook, folder: Path, **changed: str | None) -> Path:
    """Write the law to a folder, with files replaced, added or (None) left out."""
    for name, text in {**law.texts, **changed}.items():
        if text is not None:
            (folder / f"{name}.cedar").write_text(text, encoding="utf-8")
    return folder


class TestLoad:
    def test_reads_the_whole_folder_sorted(self, law: Rulebook) -> None:
        """The law in force holds every file, its rules sorted by id, each told in words."""
        names = {path.stem for path in rulebook.RULES_FOLDER.glob("*.cedar")}
        assert set(law.texts) == names
        assert [r.rule_id for r in law.rules] == sorted(r.rule_id for r in law.rules)
        assert all(r.harm and r.reason and r.file in names for r in law.rules)

    def test_stamps_the_same_law_alike(self, law: Rulebook, tmp_path: Path) -> None:
        """The hash depends on the text alone, not on where or when it was read."""
        assert rulebook.load(copied(law, tmp_path)).hash == law.hash

    def test_stamps_an_edited_law_otherwise(self, law: Rulebook, tmp_path: Path) -> None:
        """One character more is another law."""
        edited = law.texts["rhythm"] + "\n"
        assert rulebook.load(copied(law, tmp_path, rhythm=edited)).hash != law.hash

    @pytest.mark.parametrize(
        "condition",
        [
            "(" * 2_000 + "true" + ")" * 2_000,
            "[" * 2_000 + "1" + "]" * 2_000 + " == 1",
            "{a:" * 2_000 + "1" + "}" * 2_000 + " == 1",
            "if true then " * 30_000 + "true" + " else false" * 30_000,
            '"a" == "b" || // (\r' + "(" * 2_000 + "true" + ")" * 2_000,
            '"\\"" == "b" || ' + "(" * 2_000 + "true" + ")" * 2_000,
            " && ".join(["context.quiet_hours"] * 5_000),
            "(" * 2_000,
        ],
        ids=["round", "square", "curly", "if", "after a comment", "after a quote", "long", "open"],
    )
    def test_refuses_what_would_end_the_process(
        self, law: Rulebook, tmp_path: Path, condition: str
    ) -> None:
        """Cedar's parser recurses; whoever may try rules out could else stop the service."""
        deep = GOOD.replace("context.quiet_hours", condition)
        with pytest.raises(UnableToLoadRulebook, match="nests deeper"):
            rulebook.load(copied(law, tmp_path, night=deep))

    def test_takes_brackets_in_strings_and_comments(self, law: Rulebook, tmp_path: Path) -> None:
        """What nests nothing counts for nothing."""
        text = f"// {'(' * 100}\n" + GOOD.replace("it is night", "(" * 100)
        book = rulebook.load(copied(law, tmp_path, night=text))
        assert book.by_id["night"].reason == "(" * 100

    def test_takes_a_further_file(self, law: Rulebook, tmp_path: Path) -> None:
        """A rule is added by adding a file, with no list to edit."""
        book = rulebook.load(copied(law, tmp_path, night=GOOD))
        assert book.by_id["night"].facts == {"quiet_hours"}
        assert book.by_id["night"].actions == {Action.SEND_MESSAGE}
        assert book.by_id["night"].effect is RuleEffect.FORBID

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            (GOOD.replace('@id("night") ', ""), "rule 1: @id is ''; write @id\\('night'\\)"),
            (GOOD.replace('@id("night")', '@id("day")'), "@id is 'day'"),
            (GOOD.replace('@id("night")', '@id("night/")'), "@id is 'night/'"),
            (GOOD.replace('@harm("waking people")', ""), "rule 'night': @harm is missing"),
            (GOOD.replace('"it is night"', '" "'), "rule 'night': @reason is missing"),
            (GOOD + GOOD, "@id 'night' stands twice"),
            (GOOD.replace("quiet_hours", "quiet_hour"), "rule 'night': attribute `quiet_hour`"),
            (GOOD.replace("quiet_hours", "risk"), "rule 'night': unexpected type"),
            (GOOD.replace("quiet_hours", "approval.override"), "`approval`"),
            (GOOD.replace("effect/outward", "effect/outwards"), "effect/outwards"),
            (GOOD.replace("quiet_hours }", "quiet_hours"), "correct the Cedar text"),
            (GOOD.replace("(principal,", "(principal == ?principal,"), "slot"),
        ],
    )
    def test_refuses_an_unfit_rule(
        self, law: Rulebook, tmp_path: Path, text: str, complaint: str
    ) -> None:
        """Each mistake stops the load with file, rule and what to do about it."""
        with pytest.raises(UnableToLoadRulebook, match=f"(?s)'night'.*{complaint}"):
            rulebook.load(copied(law, tmp_path, night=text))

    def test_refuses_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        """A mistyped folder is named."""
        with pytest.raises(UnableToLoadRulebook, match="lawbook' does not exist"):
            rulebook.load(tmp_path / "lawbook")

    def test_refuses_an_empty_folder(self, tmp_path: Path) -> None:
        """A folder without rules would refuse everything, so it does not load."""
        with pytest.raises(UnableToLoadRulebook, match=r"holds no \*.cedar file"):
            rulebook.load(tmp_path)

    def test_refuses_a_file_that_is_no_text(self, law: Rulebook, tmp_path: Path) -> None:
        """Bytes that are not UTF-8 are named by their file."""
        (copied(law, tmp_path) / "night.cedar").write_bytes(b"\xff\xfe")
        with pytest.raises(UnableToLoadRulebook, match=r"'night.cedar' cannot be read as UTF-8"):
            rulebook.load(tmp_path)

    def test_refuses_more_rules_than_it_judges(self, law: Rulebook) -> None:
        """The number of rules is bounded."""
        many = "\n".join(
            GOOD.replace('"night"', f'"night/{n}"') for n in range(rulebook.RULES_COUNT_MAX)
        )
        with pytest.raises(UnableToLoadRulebook, match="at most 500"):
            rulebook.compiled({**law.texts, "night": many})


class TestUnremovable:
    @pytest.mark.parametrize("file", ["asked_to_stop", "unsure"])
    def test_files_cannot_be_left_out(self, law: Rulebook, tmp_path: Path, file: str) -> None:
        """A rulebook without one of the two does not load."""
        with pytest.raises(UnableToLoadRulebook, match=f"'{file}'.*restore it"):
            rulebook.load(copied(law, tmp_path, **{file: None}))

    @pytest.mark.parametrize(
        ("file", "edit"),
        [
            ("asked_to_stop", ("context.suppressed &&", "context.suppressed && false &&")),
            ("asked_to_stop", ("context.unsubscribed &&", "context.unsubscribed && false &&")),
            ("unsure", ("permille < 600", "permille < 500")),
            ("unsure", ("!context.contact_known", "context.contact_known && context.halted")),
        ],
    )
    def test_rules_cannot_be_gutted(
        self, law: Rulebook, tmp_path: Path, file: str, edit: tuple[str, str]
    ) -> None:
        """Keeping the name of a rule and emptying it is noticed."""
        assert edit[0] in law.texts[file]
        edited = law.texts[file].replace(*edit)
        with pytest.raises(UnableToLoadRulebook, match=f"'{file}'.*no longer stop"):
            rulebook.load(copied(law, tmp_path, **{file: edited}))

    def test_rules_can_be_made_stricter(self, law: Rulebook, tmp_path: Path) -> None:
        """Raising the floor of confidence is an ordinary edit."""
        edited = law.texts["unsure"].replace("permille < 600", "permille < 700")
        assert rulebook.load(copied(law, tmp_path, unsure=edited)).by_id["unsure/confidence"]

    def test_protection_cannot_be_halted(self, law: Rulebook, tmp_path: Path) -> None:
        """A kill switch that stops people from being suppressed does not load."""
        everything = 'action in [Action::"effect/stoppable", Action::"effect/protect"]'
        edited = law.texts["kill_switch"].replace(
            'action in Action::"effect/stoppable"', everything
        )
        with pytest.raises(UnableToLoadRulebook, match=r"kill_switch.*must be protectable"):
            rulebook.load(copied(law, tmp_path, kill_switch=edited))


class TestTightened:
    def test_adds_a_forbid(self, law: Rulebook) -> None:
        """A workspace's rule stops what the product's own law would have held or allowed."""
        text = GOOD.replace('"night"', '"workspace/night"')
        book = law.tightened({"night": text})
        standing = dataclasses.replace(specimen.clear_standing(), quiet_hours=True)
        question = specimen.asked(Action.SEND_MESSAGE, standing)
        assert isinstance(judge(law, question), Allowed)
        assert isinstance(judge(book, question), Refused)
        assert rule_ids(judge(book, question)) == ("workspace/night",)
        assert book.hash != law.hash

    def test_leaves_the_law_itself_alone(self, law: Rulebook) -> None:
        """Tightening makes another rulebook; the first is as it was."""
        before = law.hash, len(law.rules)
        law.tightened({"night": GOOD.replace('"night"', '"workspace/night"')})
        assert (law.hash, len(law.rules)) == before

    def test_may_hold(self, law: Rulebook) -> None:
        """A workspace may also ask for a supervisor where the product asks for nobody."""
        text = (
            '@id("workspace/big") @harm("h") @reason("r")\n'
            'forbid (principal, action == Action::"change_stage", resource)\n'
            "unless { context has approval && context.approval.payload_matches &&\n"
            'context.approval.roles.contains("supervisor") };'
        )
        verdict = judge(law.tightened({"big": text}), specimen.clear_question(Action.CHANGE_STAGE))
        assert isinstance(verdict, Held)
        assert verdict.needs.role == "supervisor"

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            (
                GOOD.replace("forbid (", "permit ("),
                "rule 'night': a workspace may only add `forbid`",
            ),
            (
                GOOD.replace('action in Action::"effect/outward"', "action"),
                "covers the protection of contacts",
            ),
            (
                GOOD.replace("effect/outward", "suppress_contact"),
                "covers the protection of contacts",
            ),
            (GOOD.replace("effect/outward", "escalate_to_person"), "asking a person"),
            (GOOD.replace("effect/outward", "effect/stoppable"), "asking a person"),
            (GOOD, "write @id\\('workspace/night'\\)"),
        ],
    )
    def test_refuses_what_does_not_tighten(self, law: Rulebook, text: str, complaint: str) -> None:
        """A permit, a rule against protection or one under a foreign name is turned away."""
        with pytest.raises(UnableToLoadRulebook, match=f"'workspace/night'.*{complaint}"):
            law.tightened({"night": text})


def test_rules_for_lists_those_in_scope(law: Rulebook) -> None:
    """For protection only its grant and the taint rule can speak; for a mail nearly all do."""
    protect = [rule.rule_id for rule in law.rules_for(Action.SUPPRESS_CONTACT)]
    assert protect == ["grants/protect", "taint/sink"]
    assert len(law.rules_for(Action.SEND_MESSAGE)) > 25
