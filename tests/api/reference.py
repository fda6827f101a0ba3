"""Writes `docs/reference/http-api.md` from the routes themselves.

Run `python -c "from tests.api.reference import write; write()"`.
"""

from collections.abc import Iterator
from pathlib import Path

from fastapi.routing import APIRoute, iter_route_contexts
from tests.api.commands import LOCAL, OPERATIONS

from bailiwick.api.app import routers
from bailiwick.api.caller import Gate
from bailiwick.api.routing import OWN_PREFIX

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "http-api.md"
HEAD = """\
# The HTTP API

Made from the routes by `tests/api/reference.py`; a test compares the two. `GET /openapi.json` says
what bodies and answers look like; the [LangGraph-compatible routes](langgraph-api.md) have a page
of their own.

Every path is under `/api/v1`. Send a key in `x-api-key` or `Authorization: Bearer`, or log in for a
session's cookie. Errors are `application/problem+json`. Lists take `cursor` and `size` and answer
`items` and `next_cursor`. Every POST takes an `Idempotency-Key`; answers that have an `ETag` take
it back as `If-Match` with the change.

Each route takes one right, which the same rulebook grants to roles as it judges steps by, and which
a key's scopes can only take away. *whole* means that the caller must see the whole workspace, not
their own or their team's customers only; whoever sees less is told of other rows that they are not
there. Nobody gives more than they have: a role, a password or a key for somebody takes every right
that it opens, and somebody always stays an administrator.
"""


def rendered() -> str:
    """Return the page as it must be."""
    parts = [HEAD, "\n## Routes\n\n| Route | Right | What it does | Command |\n|---|---|---|---|\n"]
    parts += sorted(_rows())
    parts.append("\n## Commands without a route\n\n| Command | Why |\n|---|---|\n")
    parts += [f"| `bailiwick {verb}` | {why} |\n" for verb, why in LOCAL.items()]
    return "".join(parts)


def own_operations() -> Iterator[tuple[str, APIRoute]]:
    """Yield each operation of our own API, such as `GET /runs`, with its route."""
    for router in routers():
        for context in iter_route_contexts(router.routes):
            route = context.original_route
            assert isinstance(route, APIRoute), route
            if route.path.startswith(OWN_PREFIX):
                for method in route.methods or ():
                    yield f"{method} {route.path.removeprefix(OWN_PREFIX)}", route


def _rows() -> Iterator[str]:
    commands: dict[str, list[str]] = {}
    for verb, names in OPERATIONS.items():
        for name in names:
            commands.setdefault(name, []).append(f"`{verb}`")
    for name, route in own_operations():
        told = (route.description or "").partition("\n")[0]
        method, _, path = name.partition(" ")
        does = ", ".join(commands.get(name, ()))
        yield f"| `{path}` {method} | {_right(route)} | {told} | {does} |\n"


def _right(route: APIRoute) -> str:
    for dependant in route.dependant.dependencies:
        if isinstance(dependant.call, Gate):
            gate = dependant.call
            return gate.right.value + (", whole" if gate.whole else "")
    return "none"


def write() -> None:
    """Write the page."""
    PAGE.write_text(rendered(), encoding="utf-8")
