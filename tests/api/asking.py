"""Asks every operation of the OpenAPI document with given ids, so that later routes join alone."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import httpx2
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.types import Message, Scope

Schema: TypeAlias = Mapping[str, Any]
ENDLESS: Final = ("/api/v1/events",)
"""Answers that never end; `told_so_far` reads their beginning."""
FRAMES_COUNT_MAX: Final = 1_000
SILENCE_SECONDS: Final = 0.4  # shorter than the stream's own pause between two looks
PATIENCE_SECONDS: Final = 20  # a busy machine takes its time until the first event is there
PASSIVE: Final = {"/api/v1/policy/test": "tries a whole law, which takes a second and reads no row"}
TEXTS: Final = {
    "scope": "action:change_stage",
    "assistant_id": "crm_orchestrator",
    "capability": "crm_orchestrator",
    "schedule": "0 9 * * 1",
    "timezone": "Europe/London",
    "payload_sha256": "0" * 64,
    "kind": "form",
    "url": "https://hooks.example/x",
    "workspace": "here",
    "email": "admin@there.example",
    "namespace": "notes",
}
"""What else a field of this name takes."""
WANTED: Final = {*TEXTS, "input", "metadata"} - {"workspace"}
"""Fields that are sent though they need not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, and what it was answered."""

    label: str
    answer: httpx2.Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One documented operation."""

    method: str
    path: str
    told: Mapping[str, Any]

    @property
    def label(self) -> str:
        return f"{self.method.upper()} {self.path}"


def told_so_far(app: FastAPI, key: str, *, awaited: str) -> bytes:
    """Return what the stream of events tells a caller from its first event on, until it waits.

    It is not believed to wait before it has told of what is `awaited`.
    """
    return asyncio.run(_told_so_far(app, key, awaited.encode()))


async def _told_so_far(app: FastAPI, key: str, awaited: bytes) -> bytes:
    told: list[bytes] = []
    came, gone = asyncio.Event(), asyncio.Event()

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200, message
        told.append(message.get("body", b""))
        came.set()

    headers = {"host": "127.0.0.1", "x-api-key": key, "last-event-id": "-1"}
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": ENDLESS[0], "raw_path": ENDLESS[0].encode(),
        "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    reading = asyncio.create_task(app(scope, receive, send))
    try:
        for _ in range(FRAMES_COUNT_MAX):
            seen = awaited in b"".join(told)
            await asyncio.wait_for(came.wait(), SILENCE_SECONDS if seen else PATIENCE_SECONDS)
            came.clear()
    except TimeoutError:
        pass  # it waits for what comes next
    gone.set()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    return b"".join(told)


def operations(document: Schema) -> Iterator[Operation]:
    """Yield each documented operation whose answer ends."""
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            if path not in ENDLESS and path not in PASSIVE:
                yield Operation(method=method, path=path, told=told)


def ask_all(client: TestClient, ids: Mapping[str, str]) -> Iterator[Asked]:
    """Ask every operation, with these ids wherever one is named: path, query and body."""
    document = client.get("/openapi.json").json()
    for operation in operations(document):
        yield Asked(label=operation.label, answer=_ask(client, document, operation, ids))


def _ask(
    client: TestClient, document: Schema, operation: Operation, ids: Mapping[str, str]
) -> httpx2.Response:
    ids = _in_their_form(operation.path, ids)
    path, query, headers = operation.path, dict[str, str](), dict[str, str]()
    for one in operation.told.get("parameters", ()):
        name, schema = one["name"], _resolved(document, one["schema"])
        if one["in"] == "path":
            path = path.replace(f"{{{name}}}", ids.get(name, "nothing"))
            path = path.replace(f"{{{name}:path}}", ids.get(name, "nothing"))
        elif one["in"] == "query" and (name in ids or one.get("required")):
            query[name] = str(sample(document, schema, name, ids))
    body = operation.told.get("requestBody", {}).get("content", {})
    content: Any = None
    if "application/json" in body:
        content = sample(document, body["application/json"]["schema"], "", ids)
    elif body:
        headers["content-type"] = next(iter(body))
    return client.request(operation.method, path, params=query, json=content, headers=headers)


def _in_their_form(path: str, ids: Mapping[str, str]) -> Mapping[str, str]:
    """Return ids as a path names them: runs of threads by UUID."""
    uuid = "/threads/{thread_id}/runs/" in path
    return {**ids, "run_id": ids["run_uuid"]} if uuid and "run_uuid" in ids else ids


def sample(document: Schema, schema: Schema, name: str, ids: Mapping[str, str]) -> object:
    """Return a value that a schema takes, with an id wherever its name says that it is one."""
    schema = _resolved(document, schema)
    if name in ids:
        return ids[name]
    if name in TEXTS:
        return [TEXTS[name]] if schema.get("type") == "array" else TEXTS[name]
    if name == "input":
        return {"contact_id": ids["contact_id"]}
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    return _of_type(document, schema, name, ids)


def _of_type(document: Schema, schema: Schema, name: str, ids: Mapping[str, str]) -> object:
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            wanted = [
                f for f in fields if f in schema.get("required", ()) or f in WANTED | ids.keys()
            ]
            return {field: sample(document, fields[field], field, ids) for field in wanted}
        case "array":
            return [sample(document, schema.get("items", {}), name, ids)]
        case "integer" | "number":
            return max(1, int(schema.get("minimum", 1)))
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return "why"


def _resolved(document: Schema, schema: Schema) -> Schema:
    """Return a schema without references, the first of several choices."""
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _resolved(document, schema[choice][0])
    if "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return _resolved(document, found)
    return schema
