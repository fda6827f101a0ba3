"""What campaigns are about: topics that recipients may leave one by one."""

from typing import Annotated

from fastapi import Path
from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page, sliced
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Changed, Given, Told
from bailiwick.domain.right import Right
from bailiwick.domain.topic import NAME_CHARS_MAX, TITLE_CHARS_MAX
from bailiwick.wiring.permission import topic_keeping

router = own_router("topics")
Reading = Annotated[Caller, may(Right.READ)]
Operating = Annotated[Caller, may(Right.OPERATE, whole=True)]


class NewTopic(Given):
    """A topic; campaigns name it, recipients read its title."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_CHARS_MAX)]
    title: Annotated[str, Field(min_length=1, max_length=TITLE_CHARS_MAX)]


class TopicBody(Told):
    """A topic."""

    name: str
    title: str


@router.get("/topics", responses={200: {"model": PageOf}})
def list_topics(caller: Reading, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List the topics, by name."""
    with caller.units.read() as unit:
        found = unit.topics.list()
    return page(sliced(found, key=lambda topic: topic.name, cursor=cursor, size=size))


@router.post("/topics", status_code=201, responses={201: {"model": TopicBody}})
def add_topic(caller: Operating, body: NewTopic) -> Response:
    """Offer a topic on the page behind the link in each mail."""
    keeping = topic_keeping(caller.application)
    return ready(keeping.add(body.name, body.title, by=caller.person_id), status=201)


@router.delete("/topics/{name}", responses={200: {"model": Changed}})
def remove_topic(
    caller: Operating, name: Annotated[str, Path(min_length=1, max_length=NAME_CHARS_MAX)]
) -> Response:
    """Offer a topic no more; who left it stays known."""
    topic_keeping(caller.application).remove(name, by=caller.person_id)
    return ready({"result": "removed", "name": name})
