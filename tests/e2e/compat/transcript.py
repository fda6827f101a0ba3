"""Writes down what a server answered to each call of a conversation."""

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import orjson
from tests.e2e.compat.shapes import Shape, shape

from bailiwick.kit.json_value import Json

if TYPE_CHECKING:
    from langgraph_sdk import StreamPart


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call gave: JSON, or the refusal the SDK raised."""

    value: Json
    refused: int = 0
    """The status code of a refusal; 0 when the call went through."""

    def at(self, *path: str | int) -> Json:
        """Return what is inside. Asserts that it is there."""
        found = self.value
        for step in path:
            if isinstance(step, str):
                assert isinstance(found, Mapping), f"{path}: {found!r}"
                found = found[step]
            else:
                assert isinstance(found, Sequence), f"{path}: {found!r}"
                found = found[step]
        return found

    def text(self, *path: str | int) -> str:
        """Return the text inside."""
        found = self.at(*path)
        assert isinstance(found, str), f"{path}: {found!r}"
        return found


@dataclass(slots=True)
class Transcript:
    """Every call by name, in order."""

    facts: dict[str, Shape] = field(default_factory=dict[str, Shape])
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])

    async def call(self, name: str, waiting: Awaitable[object]) -> Answer:
        """Make a call and write down the shape of its answer."""
        try:
            return self._note(name, Answer(_json(await waiting)))
        except httpx.HTTPStatusError as error:
            return self._refusal(name, error)

    async def listen(self, name: str, parts: AsyncIterator["StreamPart"]) -> Sequence["StreamPart"]:
        """Listen to a stream to its end; `end` is ours alone and not part of the shape."""
        heard: list[StreamPart] = []
        try:
            heard.extend([part async for part in parts])
        except httpx.HTTPStatusError as error:
            self._refusal(name, error)
            return heard
        events = [p for p in heard if p.event != "end"]
        plain: list[Json] = [{"event": p.event, "data": _json(p.data)} for p in events]
        self._note(name, Answer(plain), {"events": [shape(one) for one in plain]})
        return heard

    def _refusal(self, name: str, error: httpx.HTTPStatusError) -> Answer:
        """Note a refusal by its code, the SDK's class for it, and the shape of its body."""
        status, body = error.response.status_code, _body(error.response)
        fact: dict[str, Shape] = {
            "refused": status,
            "error_class": type(error).__name__,
            "body": shape(body),
        }
        return self._note(name, Answer(body, refused=status), fact)

    def _note(self, name: str, answer: Answer, fact: "Shape | None" = None) -> Answer:
        assert name not in self.facts, f"two calls are named {name!r}"
        self.facts[name] = shape(answer.value) if fact is None else fact
        self.answers[name] = answer
        return answer


def _json(value: object) -> Json:
    return orjson.loads(orjson.dumps(value))


def _body(response: httpx.Response) -> Json:
    """Return the JSON of a refusal; the oracle answers some in plain text."""
    try:
        return orjson.loads(response.content or b"null")
    except orjson.JSONDecodeError:
        return response.text
