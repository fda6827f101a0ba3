"""What the adapter makes of bodies and statuses that no scripted endpoint gives."""

import asyncio
import contextlib
import gzip
import json

import pytest
from bench.model_asks import NOON
from tests.models.endpoint_scene import REQUEST, settings_for
from tests.models.gateway_bench import GOOD

from bailiwick.kit.clock import FixedClock
from bailiwick.models.completion import StructuredMode, read_completion
from bailiwick.models.faults import ModelBusy, ModelFault, ModelGarbled, ModelUnavailable
from bailiwick.models.openai_compatible import (
    BODY_BYTES_MAX,
    OpenAiCompatible,
)
from bailiwick.models.reader import REPLY_CHARACTERS_MAX
from bailiwick.models.scripted_body import completion_body

BODY = completion_body(GOOD, messages=(), model="m")


class TestACompletion:
    @pytest.mark.parametrize(
        ("message", "mode"),
        [
            ({"role": "assistant", "content": "prose"}, StructuredMode.STRICT_TOOL),
            (
                {"role": "assistant", "content": "x" * (REPLY_CHARACTERS_MAX + 1)},
                StructuredMode.JSON_OBJECT,
            ),
        ],
    )
    def test_that_cannot_be_read_is_garbled(
        self, message: dict[str, str], mode: StructuredMode
    ) -> None:
        """Prose where a tool call was forced, and a reply of any length, are no reply."""
        body = json.loads(completion_body(GOOD, messages=(), model="m"))
        body["choices"][0]["message"] = message
        with pytest.raises(ModelGarbled):
            read_completion(json.dumps(body).encode(), mode=mode, endpoint="e")

    def test_may_lack_usage(self) -> None:
        """No usage is counted in full, as estimated."""
        body = json.loads(completion_body(GOOD, messages=(), model="m"))
        del body["usage"]
        mode = StructuredMode.JSON_OBJECT
        assert read_completion(json.dumps(body).encode(), mode=mode, endpoint="e").usage.estimated

    def test_with_a_lone_surrogate_is_garbled(self) -> None:
        """Text that cannot be stored is no reply."""
        body = completion_body("\ud800", messages=(), model="m")
        with pytest.raises(ModelGarbled):
            read_completion(body, mode=StructuredMode.JSON_OBJECT, endpoint="e")


class TestABodyThatIsTooMuch:
    @pytest.mark.parametrize(
        ("headers", "content"),
        [
            ("", BODY + b" " * BODY_BYTES_MAX),
            ("Content-Encoding: gzip\r\n", gzip.compress(BODY)),
        ],
    )
    def test_is_not_read_to_its_end(self, headers: str, content: bytes) -> None:
        """An endless body and a packed one are garbled replies, not a full memory."""
        fault = _fault_of(200, headers=headers, content=content)
        assert isinstance(fault, ModelGarbled)


class TestStatuses:
    @pytest.mark.parametrize("status", [408, 409, 425, 500, 502, 503, 504, 520, 522, 524, 599])
    def test_that_may_pass_are_unavailable(self, status: int) -> None:
        """Decided by the status, not by the SDK's class."""
        assert isinstance(_fault_of(status), ModelUnavailable)

    def test_that_limit_are_busy(self) -> None:
        """429 in any dress."""
        assert isinstance(_fault_of(429), ModelBusy)

    @pytest.mark.parametrize("status", [405, 410, 413, 418, 451])
    def test_that_are_ours_are_not_retried(self, status: int) -> None:
        """Any other 4xx is a wrong request or a wrong setting."""
        assert not _fault_of(status).retryable


def _fault_of(status: int, *, headers: str = "", content: bytes = b"") -> ModelFault:
    async def scene() -> ModelFault:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            head = f"HTTP/1.1 {status} X\r\n{headers}Connection: close\r\n\r\n"
            with contextlib.suppress(ConnectionError):
                writer.write(head.encode() + content)
                await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            settings = settings_for(f"http://127.0.0.1:{port}/v1")
            endpoint = OpenAiCompatible(settings, clock=FixedClock(NOON))
            with pytest.raises(ModelFault) as met:
                await endpoint.complete(REQUEST)
        return met.value

    return asyncio.run(scene())
