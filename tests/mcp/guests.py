"""Agents that call a server in memory, as one person of an office."""

import asyncio
from collections.abc import Mapping
from typing import Any

from mcp.client import Client
from mcp_types import CallToolResult, TextContent
from tests.fakes.office import Office

from bailiwick.domain.crm import Role
from bailiwick.mcp.door import PersonDoor
from bailiwick.mcp.server import build_server


def called(place: Office, role: Role, tool: str, given: Mapping[str, object]) -> CallToolResult:
    """Call one tool as the person of a role."""
    server = build_server(PersonDoor(place.app, f"{role.value}@northwind.example"))

    async def calling() -> CallToolResult:
        async with Client(server) as client:
            return await client.call_tool(tool, dict(given))

    return asyncio.run(calling())


def answer(place: Office, role: Role, tool: str, **given: object) -> dict[str, Any]:
    """Call one tool and return its structured answer."""
    result = called(place, role, tool, given)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


def complaint(place: Office, role: Role, tool: str, **given: object) -> str:
    """Call one tool and return what its error says."""
    result = called(place, role, tool, given)
    assert result.is_error, result.structured_content
    (block,) = result.content
    assert isinstance(block, TextContent)
    return block.text
