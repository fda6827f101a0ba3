import dataclasses

from bailiwick.domain.action import Action
from bailiwick.policy import rulebook, specimen
from bailiwick.policy.judge import judge
from bailiwick.policy.question import question_to_args
from bailiwick.policy.rulebook import Rulebook
from bailiwick.policy.simulate import Recorded, simulate
from bailiwick.policy.verdict import VerdictWord, rule_ids, word_of


def recorded(law: Rulebook, subject: str, **facts: object) -> Recorded:
    standing = dataclasses.replace(specimen.clear_standing(), **facts)  # pyright: ignore[reportArgumentType] - a test names the facts it changes
    question = specimen.asked(Action.SEND_MESSAGE, standing)
    verdict = judge(law, question)
    return Recorded(
        subject=subject,
        question=question_to_args(question),
        word=word_of(verdict),
        rule_ids=rule_ids(verdict),
    )


def edited(law: Rulebook, file: str, old: str, new: str) -> Rulebook:
    assert old in law.texts[file]
    return rulebook.compiled({**law.texts, file: law.texts[file].replace(old, new)})


class TestSimulate:
    def test_finds_nothing_under_the_same_law(self, law: Rulebook) -> None:
        """Judging again under the law of the day gives the verdicts of the day."""
        records = [recorded(law, "a"), recorded(law, "b", suppressed=True)]
        result = simulate(law, records)
        assert (result.judged_count, result.changes, result.renamed_count) == (2, (), 0)

    def test_shows_exactly_what_changes(self, law: Rulebook) -> None:
        """A higher threshold holds the one mail between the two, and no other."""
        stricter = edited(law, "unsure", "permille < 750", "permille < 850")
        records = [
            recorded(law, "below", confidence_permille=740),
            recorded(law, "between", confidence_permille=800),
            recorded(law, "above", confidence_permille=850),
        ]
        result = simulate(stricter, records)
        (change,) = result.changes
        assert (change.subject, change.before, change.after) == (
            "between",
            VerdictWord.ALLOWED,
            VerdictWord.HELD,
        )
        assert change.rules_after == ("unsure/class_threshold",)
        assert not change.loosened
        assert result.rulebook_hash == stricter.hash

    def test_marks_what_is_loosened(self, law: Rulebook) -> None:
        """A rule that is dropped shows as a decision that lets more through."""
        looser = edited(law, "mail", "context.links_foreign_count > 0", "context.halted")
        (change,) = simulate(looser, [recorded(law, "a", links_foreign_count=1)]).changes
        assert change.loosened

    def test_counts_another_reason_for_the_same_word(self, law: Rulebook) -> None:
        """A step that stays held for another rule is counted, not listed."""
        stricter = edited(law, "unsure", "permille < 750", "permille < 850")
        held = recorded(law, "a", confidence_permille=800, requires_approval=True)
        result = simulate(stricter, [held])
        assert (result.changes, result.renamed_count) == ((), 1)

    def test_lists_what_it_cannot_read(self, law: Rulebook) -> None:
        """A record without one of today's facts is named with the reason, and the rest goes on."""
        good = recorded(law, "good")
        args = {**question_to_args(specimen.clear_question()), "standing": None}
        old = dataclasses.replace(good, subject="old", question=args)
        result = simulate(law, [old, good])
        assert result.judged_count == 1
        assert [u.subject for u in result.unreadable] == ["old"]
        assert "standing is a record" in result.unreadable[0].problem
