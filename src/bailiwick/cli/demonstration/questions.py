"""The act of questions: one answered by a metric, one read from its words, one not guessed."""

import asyncio
from typing import TYPE_CHECKING, Final

from bailiwick.cli.demonstration.play import Play
from bailiwick.ports.answers import Asker

if TYPE_CHECKING:
    from bailiwick.domain.question.answer import Answer

QUESTIONS: Final = (
    ("How big is our pipeline by stage?", "metric"),
    ("What is the average employees per industry?", "parsed"),
    ("Which customers will leave us next year?", ""),
)
"""What is asked, and who answers it."""


def ask_in_words(play: Play) -> None:
    """Ask three questions, and show the SQL of what was answered."""
    from bailiwick.cli.ask import show_answer

    play.act("9  Questions in words")
    answers = asyncio.run(_answered(play))
    for answer in answers:
        play.output.say("", f"? {answer.question}")
        show_answer(play.output, answer, rows_max=5)
    play.figures["questions"] = {
        "answered": sum(1 for one in answers if one.rows),
        "abstained": sum(1 for one in answers if not one.sql),
    }
    play.promise(
        "a metric, the words themselves, or nobody answers a question",
        kept=[one.way.value for one in answers] == [way for _, way in QUESTIONS],
    )


async def _answered(play: Play) -> "list[Answer]":
    from bailiwick.wiring.questions import Asking

    asking, person = Asking(play.app), play.staff.approver
    asker = Asker(person_id=person.person_id, role=person.role)
    return [await asking.ask(question, asker=asker) for question, _ in QUESTIONS]
