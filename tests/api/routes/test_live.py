"""The live stream: it goes on where its reader left, and ends when its reader may read no more."""

import asyncio
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from tests.api.routes.conftest import Branch
from tests.fakes.door import FakeDoor

from bailiwick.api.app import build_app
from bailiwick.domain.crm import Role

EVENTS = "/api/v1/events"
SECONDS_MAX = 30.0


def stop(branch: Branch, scope: str) -> None:
    branch.client().post("/api/v1/halts", json={"scope": scope, "reason": "drill"})


def followed(branch: Branch, *, since: int, then: Callable[[], None]) -> str:
    """Read the stream; `then` happens when the first event has come. Ends with the stream."""
    told: list[bytes] = []

    async def reading() -> None:
        first = asyncio.Event()
        asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> dict[str, Any]:
            message = next(asked, None)
            if message is None:
                await asyncio.Event().wait()
            assert message is not None
            return message

        async def send(message: Any) -> None:  # noqa: ANN401 - the server's own
            told.append(message.get("body", b""))
            if b"id: " in told[-1] and not first.is_set():
                first.set()
                await asyncio.to_thread(then)

        headers = {"host": "127.0.0.1", "x-api-key": "admin", "last-event-id": str(since)}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
            "scheme": "http", "path": EVENTS, "raw_path": EVENTS.encode(), "query_string": b"",
            "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        async with asyncio.timeout(SECONDS_MAX):
            await build_app(branch.service)(scope, receive, send)

    asyncio.run(reading())
    return b"".join(told).decode()


def door_of(branch: Branch) -> FakeDoor:
    door = branch.service.door
    assert isinstance(door, FakeDoor)
    return door


class TestAStream:
    def test_ends_when_the_key_is_taken_back(self, branch: Branch) -> None:
        """A stream lasts for hours; whoever lost the right to read does not read on."""
        stop(branch, "model")

        def revoke() -> None:
            del door_of(branch).keys[Role.ADMIN.value]
            branch.service.forget()

        assert "event: " in followed(branch, since=0, then=revoke)

    def test_ends_when_its_reader_sees_less(self, branch: Branch) -> None:
        """Who was moved to a narrower reach comes anew, and is told what that reach shows."""
        stop(branch, "model")

        def narrow() -> None:
            known = door_of(branch).keys[Role.ADMIN.value]
            door_of(branch).keys[Role.ADMIN.value] = dataclasses.replace(
                known, owners=frozenset({"ada@ours.example"})
            )
            branch.service.forget()

        assert "event: " in followed(branch, since=0, then=narrow)

    @pytest.mark.parametrize("forged", ["9223372036854775808", "9" * 19, "1e3", "-2", "x"])
    def test_takes_no_forged_id(self, branch: Branch, forged: str) -> None:
        """A number that no database takes is refused before anything is read."""
        answer = branch.client().get(EVENTS, headers={"last-event-id": forged})
        assert answer.status_code == 422, answer.text

    def test_does_not_go_on_behind_its_end(self, branch: Branch) -> None:
        """After a restore the chain is shorter: to wait for an old number would lose events."""
        with branch.office.app.units.read() as unit:
            head, _ = unit.records.head()
        answer = branch.client().get(EVENTS, headers={"last-event-id": str(head + 1)})
        assert answer.status_code == 422, answer.text
        assert "send -1" in answer.text
