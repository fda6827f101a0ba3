"""Other people's agents over HTTP and over standard streams, against the real program."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx2
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult
from tests.cli.house import ADA, House

from bailiwick.mcp.part import PATH

STOP_SECONDS_MAX: Final = 10  # issue 3: a graceful stop
JSON: Final = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
LISTING: Final[dict[str, object]] = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@dataclass(frozen=True, slots=True)
class Served:
    """A running service."""

    url: str


@contextmanager
def serving(house: House) -> Generator[Served]:
    """Serve until the block ends; the service stops in time and complains of nothing."""
    complaints = house.folder / "complaints.txt"
    with complaints.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "bailiwick", "serve", "--no-pools", "--port", "0", "--json"],
            cwd=house.folder,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        assert process.stdout is not None
        text = ""
        for line in process.stdout:
            text += line.decode()
            if line.rstrip() == b"}":
                break
        yield Served(url=json.loads(text)["url"] + PATH)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=STOP_SECONDS_MAX)
    assert complaints.read_text() == ""


def key(house: House, workspace: str = "", *scopes: str) -> str:
    """Issue a key of the only person."""
    named = [part for scope in scopes for part in ("--scope", scope)]
    with pytest.MonkeyPatch.context() as patch:
        if workspace:
            patch.setenv("BAILIWICK_WORKSPACE", workspace)
        ran = house.run("keys", "add", "agent", *named, "--json")
    assert ran.code == 0, ran.err
    return str(ran.json()["key"])


def called(served: Served, key: str, tool: str, **given: object) -> CallToolResult:
    async def calling() -> CallToolResult:
        async with httpx2.AsyncClient(headers={"authorization": f"Bearer {key}"}) as http:
            transport = streamable_http_client(served.url, http_client=http)
            async with Client(transport) as client:
                return await client.call_tool(tool, dict(given))

    return asyncio.run(calling())


def told(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


class TestOverHttp:
    def test_an_agent_reads_and_proposes_as_its_key_may(self, house: House) -> None:
        """One service, two workspaces, keys with and without scopes: each sees its own."""
        contact = house.contact()
        ran = house.run(
            "init", "--workspace", "other", "--mailbox", "sales@other.example", "--company", "O",
            "--postal-address", "1",
        )  # fmt: skip
        assert ran.code == 0, ran.err
        mail = {"contact": ADA, "subject": "Hi", "text": "Hello Ada", "reason": "asked"}
        whole, looks, other = key(house), key(house, "", "read"), key(house, "other")
        with serving(house) as served:
            found = told(called(served, whole, "search_contacts"))
            assert [row["contact_id"] for row in found["items"]] == [contact]
            assert told(called(served, looks, "propose_email", **mail))["verdict"] == "refused"
            held = told(called(served, whole, "propose_email", **mail))
            assert held["verdict"] == "held"
            (card,) = told(called(served, looks, "list_approvals"))["items"]
            assert card["approval_id"] == held["approval_id"]
            assert called(served, looks, "explain_decision", about=card["run_id"]).is_error
            for tool in ("search_contacts", "list_approvals"):
                assert told(called(served, other, tool))["items"] == []
            for tool, given in (
                ("get_contact_360", {"contact": contact}),
                ("get_run", {"run_id": held["run_id"]}),
                ("explain_decision", {"about": held["approval_id"]}),
                ("propose_case", {"contact": contact, "title": "a", "reason": "b"}),
            ):
                assert called(served, other, tool, **given).is_error

    def test_the_front_guards_it(self, house: House) -> None:
        """No key, a foreign host or origin, too long a body, a GET: none of them reaches a tool."""
        good = key(house)
        with serving(house) as served, httpx2.Client(headers=JSON) as http:
            knock = http.post(served.url, json=LISTING)
            assert knock.status_code == 401
            assert knock.headers["www-authenticate"] == "Bearer"
            http.headers["x-api-key"] = good
            assert http.post(served.url, json=LISTING).status_code == 200
            assert http.get(served.url).status_code == 405
            assert http.delete(served.url).status_code == 405
            foreign = {"host": "evil.example"}
            assert http.post(served.url, json=LISTING, headers=foreign).status_code == 421
            foreign = {"origin": "https://evil.example"}
            assert http.post(served.url, json=LISTING, headers=foreign).status_code == 403
            long = b'{"a": "' + b"x" * (4 * 1024 * 1024) + b'"}'
            assert http.post(served.url, content=long).status_code == 413
            assert "mcp-session-id" not in http.post(served.url, json=LISTING).headers

    def test_a_service_that_nobody_asked_stops_at_once(self, house: House) -> None:
        """The part that was never called does not hold the service up."""
        with serving(house) as served:
            assert served.url.endswith("/mcp")


class TestOverStandardStreams:
    def test_an_agent_is_the_person_named(self, house: House) -> None:
        """Nothing but the protocol is on the output: the client reads every line of it."""
        house.contact()
        person = house.run("people", "list", "--json").items()[0]["email"]

        async def calling() -> CallToolResult:
            server = StdioServerParameters(
                command=sys.executable,
                args=["-m", "bailiwick", "mcp", "serve", "--as", str(person)],
                cwd=house.folder,
                env=dict(os.environ),  # noqa: TID251 - a child process inherits ours
            )
            async with Client(server) as client:
                return await client.call_tool("search_contacts", {"words": "ada"})

        (row,) = told(asyncio.run(calling()))["items"]
        assert row["addresses"] == [ADA]

    def test_a_stranger_is_told_so(self, house: House) -> None:
        """Who is nobody here gets no server."""
        ran = house.run("mcp", "serve", "--as", "nobody@evil.example")
        assert ran.code != 0
        assert "nobody@evil.example" in ran.err
        assert ran.out == ""
