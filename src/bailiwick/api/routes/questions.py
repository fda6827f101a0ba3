"""Questions in words over the rows that the caller sees."""

from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Given, Told
from bailiwick.domain.question.words import QUESTION_LENGTH_MAX
from bailiwick.domain.right import Right
from bailiwick.kit.plain import plain
from bailiwick.ports.answers import Asker
from bailiwick.wiring.questions import Asking

router = own_router("questions")
Reading = Annotated[Caller, may(Right.READ)]


class AskQuestion(Given):
    """A question."""

    question: Annotated[str, Field(min_length=1, max_length=QUESTION_LENGTH_MAX)]


class AnswerBody(Told):
    """What a question came to."""

    status: str
    summary: str
    sql: str


@router.post("/questions", responses={200: {"model": AnswerBody}})
async def ask_question(caller: Reading, body: AskQuestion) -> Response:
    """Answer a question over companies, contacts, opportunities and messages.

    `status` is `ok`, `empty`, `abstained` (a word could not be mapped, nothing was guessed) or
    `refused`. The SQL that was run, its definition and what it rests on are told; nothing can be
    changed by asking.
    """
    asker = Asker(person_id=caller.person_id, role=caller.role, sight=caller.admission.sight)
    answer = await Asking(caller.application).ask(body.question, asker=asker)
    return ready(plain(answer))
