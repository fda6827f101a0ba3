"""Judge recorded questions again under other rules, and list what would come out otherwise.

Pure: the caller reads the records. A record that today's law cannot read is listed, not dropped.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bailiwick.kit.hashing import Canonical
from bailiwick.policy.judge import judge
from bailiwick.policy.question import UnableToReadQuestion, question_from_args
from bailiwick.policy.rulebook import Rulebook
from bailiwick.policy.verdict import Verdict, VerdictWord, rule_ids, word_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A question as it was asked, and what was decided on the day."""

    subject: str
    """Id of the step or approval that was judged."""
    question: Mapping[str, Canonical]
    """As `question_to_args` wrote it."""
    word: VerdictWord
    rule_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A decision that comes out otherwise."""

    subject: str
    before: VerdictWord
    rules_before: tuple[str, ...]
    after: VerdictWord
    rules_after: tuple[str, ...]
    verdict: Verdict

    @property
    def loosened(self) -> bool:
        """Whether the edited rules let more through than the old ones did."""
        return _STRICTNESS.index(self.after) < _STRICTNESS.index(self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record that cannot be judged again, and why."""

    subject: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The outcome of judging again."""

    rulebook_hash: str
    judged_count: int
    changes: tuple[Change, ...]
    """In the order of the records; a change of the deciding rules alone is none."""
    renamed_count: int
    """Same word, other rules."""
    unreadable: tuple[Unreadable, ...] = ()


_STRICTNESS = (VerdictWord.ALLOWED, VerdictWord.HELD, VerdictWord.REFUSED)


def simulate(rulebook: Rulebook, recorded: Iterable[Recorded]) -> Simulation:
    """Judge each recorded question under this rulebook and list the decisions that change."""
    changes: list[Change] = []
    unreadable: list[Unreadable] = []
    judged_count = renamed_count = 0
    for entry in recorded:
        try:
            question = question_from_args(entry.question)
        except UnableToReadQuestion as error:
            unreadable.append(Unreadable(subject=entry.subject, problem=str(error)))
            continue
        verdict = judge(rulebook, question)
        word = word_of(verdict)
        after = rule_ids(verdict)
        judged_count += 1
        if word is entry.word:
            renamed_count += after != entry.rule_ids
            continue
        changes.append(
            Change(
                subject=entry.subject,
                before=entry.word,
                rules_before=entry.rule_ids,
                after=word,
                rules_after=after,
                verdict=verdict,
            )
        )
    return Simulation(
        rulebook_hash=rulebook.hash,
        judged_count=judged_count,
        changes=tuple(changes),
        renamed_count=renamed_count,
        unreadable=tuple(unreadable),
    )
