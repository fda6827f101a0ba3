"""A loopback OpenAI-compatible endpoint whose answers and faults are scripted.

It is joined by base URL alone, so what runs against it is the production code path. Answers come
from a pure function or a persona of `bailiwick.models.personas`; faults come from a plan.
Run `python -m bench.servers.scripted_model --persona obedient` to get one in a process of its own.
"""

import argparse
import asyncio
import contextlib
import threading
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from pydantic import BaseModel, Field, JsonValue, TypeAdapter, ValidationError

from bailiwick.kit.hashing import Canonical
from bailiwick.models.exchange import ChatMessage, ChatRole
from bailiwick.models.personas import PERSONAS
from bailiwick.models.scripted import AnswerFunction, FaultPlan, PlannedFault, prompt_name
from bailiwick.models.scripted_body import ScriptedFault, completion_body

HEAD_BYTES_MAX: Final = 65_536  # ours: a request's headers
BODY_BYTES_MAX: Final = 4_194_304  # ours: a request of 20,000 tokens is far below
START_SECONDS_MAX: Final = 5.0  # ours: a listener on loopback is up in milliseconds
DRIP_SECONDS: Final = 0.05  # ours: pause between blank lines; shorter than any read timeout
STALL_SECONDS_MAX: Final = 60.0  # ours: a client that does not give up by then is broken


_LISTING: Final = b'{"object": "list", "data": [{"id": "scripted-1", "object": "model"}]}'
_OBJECT: Final = TypeAdapter(dict[str, JsonValue])


class _Turn(BaseModel):
    role: ChatRole
    content: str


class _JsonSchema(BaseModel):
    schema_: Mapping[str, JsonValue] = Field(alias="schema")


class _Format(BaseModel):
    json_schema: _JsonSchema | None = None


class _Function(BaseModel):
    name: str
    parameters: Mapping[str, JsonValue]


class _Tool(BaseModel):
    function: _Function


class _Request(BaseModel):
    model: str
    messages: tuple[_Turn, ...]
    response_format: _Format | None = None
    tools: tuple[_Tool, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One request as it came over the wire."""

    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    fault: ScriptedFault | None


class ScriptedModelServer:
    """Serves `POST …/chat/completions` and `GET …/models` on 127.0.0.1."""

    def __init__(
        self,
        answer: AnswerFunction,
        *,
        faults: Sequence[PlannedFault] = (),
        retry_after: str = "",
        redirect_to: str = "http://127.0.0.1:9/elsewhere",
        port: int = 0,
    ) -> None:
        self._answer = answer
        self._plan = FaultPlan(faults)
        self._retry_after = retry_after
        self._redirect_to = redirect_to
        self._port = port
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.Task[object], asyncio.StreamWriter] = {}
        self.served: list[Served] = []

    @property
    def base_url(self) -> str:
        """Where to point an endpoint."""
        return f"http://127.0.0.1:{self._port}/v1"

    async def __aenter__(self) -> Self:
        """Open the listener on a free port."""
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self._port, limit=HEAD_BYTES_MAX
        )
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the listener and what is still open."""
        assert self._server is not None, "the server was never started"
        self._server.close()
        for writer in self._open.values():
            writer.transport.abort()
        await asyncio.gather(*self._open)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a connection is served by a task"
        self._open[task] = writer
        # A client that gives up first is what most faults are for.
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            method, path, headers, body = await _read_request(reader)
            if method == "GET" and path.endswith("/models"):
                await _send(writer, 200, _LISTING)
            else:
                content, fault = self._meet(path, headers, body)
                await self._answer_or_fail(reader, writer, fault, content)
        with contextlib.suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()
        del self._open[task]

    def _meet(
        self, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[bytes, ScriptedFault | None]:
        """Note a request; return the body of its answer and the fault it meets."""
        try:
            request = _Request.model_validate_json(body)
        except ValidationError:
            return b"", ScriptedFault.HTTP_400
        messages = tuple(ChatMessage(role=t.role, content=t.content) for t in request.messages)
        fault = self._plan.next(prompt_name(messages))
        self.served.append(Served(path=path, headers=headers, body=body, fault=fault))
        tool = request.tools[0].function.name if request.tools else ""
        text = self._answer(messages, _schema(request, messages))
        content = completion_body(
            text, messages=messages, model=request.model, fault=fault, tool=tool
        )
        return content, fault

    async def _answer_or_fail(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        fault: ScriptedFault | None,
        content: bytes,
    ) -> None:
        match fault:
            case ScriptedFault.REFUSED | ScriptedFault.RESET:
                # An open listener cannot refuse; both end the connection without a byte.
                writer.transport.abort()
            case ScriptedFault.REDIRECT:
                await _send(writer, 307, b"", {"Location": self._redirect_to})
            case ScriptedFault.CUT_BODY:
                head = _head(200, len(content) + 100, {})
                writer.write(head + content[: len(content) // 2])
                await writer.drain()
            case ScriptedFault.SLOW_FIRST_BYTE:
                await _stall(reader, writer, b"")
            case ScriptedFault.DRIP:
                writer.write(_head(200, 10_000_000, {}))
                await _stall(reader, writer, b"\n")
            case ScriptedFault.HTML_200:
                page = b"<html><body>502 Bad Gateway</body></html>"
                await _send(writer, 200, page, {"Content-Type": "text/html"})
            case ScriptedFault.JSON_CUT_200:
                await _send(writer, 200, content[: len(content) // 2])
            case _:
                status = fault.status if fault is not None else None
                if status is None:
                    await _send(writer, 200, content)
                else:
                    wait = {"Retry-After": self._retry_after} if self._retry_after else {}
                    error = b'{"error": {"message": "scripted", "type": "scripted"}}'
                    await _send(writer, status, error, wait)


@contextlib.contextmanager
def serving(
    answer: AnswerFunction, *, faults: Sequence[PlannedFault] = (), port: int = 0
) -> Generator[ScriptedModelServer]:
    """Run a server in a thread of its own while the block lasts; for callers without a loop."""
    server = ScriptedModelServer(answer, faults=faults, port=port)
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    done = asyncio.Event()

    async def stay() -> None:
        async with server:
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(stay(),), daemon=True)
    thread.start()
    try:
        assert ready.wait(START_SECONDS_MAX), "the scripted model server did not start"
        yield server
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(START_SECONDS_MAX)
        loop.close()


async def _read_request(
    reader: asyncio.StreamReader,
) -> tuple[str, str, Mapping[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = min(int(headers.get("content-length", "0")), BODY_BYTES_MAX)
    return method, path, headers, await reader.readexactly(length)


def _schema(request: _Request, messages: Sequence[ChatMessage]) -> Mapping[str, Canonical]:
    """Find the schema where the structured mode put it; the system text ends with it anyway."""
    if request.response_format is not None and request.response_format.json_schema is not None:
        return _canonical(request.response_format.json_schema.schema_)
    if request.tools:
        return _canonical(request.tools[0].function.parameters)
    system = messages[0].content.rpartition("\n")[2] if messages else "{}"
    return _canonical(_OBJECT.validate_json(system)) if system.startswith("{") else {}


def _canonical(schema: Mapping[str, JsonValue]) -> Mapping[str, Canonical]:
    return {key: _plain(value) for key, value in schema.items()}


def _plain(value: JsonValue) -> Canonical:
    if isinstance(value, dict):
        return _canonical(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) else value


def _head(status: int, length: int, headers: Mapping[str, str]) -> bytes:
    pairs = {"Content-Type": "application/json", **headers}
    lines = [f"{name}: {value}\r\n" for name, value in pairs.items()]
    return (
        f"HTTP/1.1 {status} Scripted\r\n{''.join(lines)}"
        f"Content-Length: {length}\r\nConnection: close\r\n\r\n"
    ).encode("latin-1")


async def _send(
    writer: asyncio.StreamWriter,
    status: int,
    content: bytes,
    headers: Mapping[str, str] | None = None,
) -> None:
    writer.write(_head(status, len(content), headers or {}) + content)
    await writer.drain()


async def _stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, drop: bytes) -> None:
    """Send a drop at a time until the client has gone."""
    for _ in range(int(STALL_SECONDS_MAX / DRIP_SECONDS)):
        if reader.at_eof() or writer.transport.is_closing():
            return
        if drop:
            writer.write(drop)
            await writer.drain()
        await asyncio.sleep(DRIP_SECONDS)


async def _forever(answer: AnswerFunction, port: int) -> None:
    async with ScriptedModelServer(answer, port=port) as server:
        print(server.base_url, flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Serve one persona until interrupted; the first line printed is the base URL."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--persona", choices=sorted(PERSONAS), default="obedient")
    parser.add_argument("--port", type=int, default=0)
    chosen = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_forever(PERSONAS[chosen.persona], chosen.port))


if __name__ == "__main__":
    main()
