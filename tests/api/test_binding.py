"""Handing requests to endpoints directly answers as FastAPI's general way does."""

import asyncio
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Body
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from tests.api.premises import Premises

from bailiwick.api.app import routers
from bailiwick.api.binding import bound
from bailiwick.api.caller import Caller, may
from bailiwick.domain.crm import Role
from bailiwick.domain.right import Right

Reader = Annotated[Caller, may(Right.READ)]
PATH = "/runs/wait"
FIT = b'{"assistant_id": "nobody_knows_it", "input": {}}'


class Wanted(BaseModel):
    """A body."""

    name: str


async def general(request: Request) -> Response:
    """Stand for FastAPI's own way."""
    del request
    return Response("general")


def bound_directly(endpoint: Any, path: str = "/x") -> bool:  # noqa: ANN401 - any shape
    router = APIRouter()
    router.add_api_route(path, endpoint, methods=["POST"], response_model=None)
    (route,) = router.routes
    assert isinstance(route, APIRoute)
    embedded = len(route.dependant.body_params) > 1
    return bound(route.dependant, general, embedded=embedded) is not general


class TestWhatIsBound:
    def test_takes_a_caller_and_a_body(self) -> None:
        """With or without the request."""

        async def short(caller: Reader, body: Wanted) -> None:
            del caller, body

        async def long(request: Request, caller: Reader, body: Wanted) -> None:
            del request, caller, body

        assert bound_directly(short)
        assert bound_directly(long)

    def test_takes_nothing_else(self) -> None:
        """A place in the path, a query, two bodies, no caller, a thread: FastAPI knows how."""

        async def path(place: str, caller: Reader, body: Wanted) -> None:
            del place, caller, body

        async def query(caller: Reader, body: Wanted, size: int = 1) -> None:
            del caller, body, size

        async def two(caller: Reader, body: Wanted, other: Wanted) -> None:
            del caller, body, other

        async def nobody(body: Wanted) -> None:
            del body

        async def listed(caller: Reader, body: Annotated[list[Wanted], Body()]) -> None:
            del caller, body

        async def optional(caller: Reader, body: Wanted | None = None) -> None:
            del caller, body

        def threaded(caller: Reader, body: Wanted) -> None:
            del caller, body

        assert not bound_directly(path, "/{place}")
        others = (query, two, nobody, listed, optional, threaded)
        assert not any(bound_directly(endpoint) for endpoint in others)

    def test_is_the_hot_route(self) -> None:
        """The route that the others are measured by goes this way."""
        (hot,) = (
            route
            for router in routers()
            for route in router.routes
            if isinstance(route, APIRoute) and route.path == PATH
        )
        assert bound_directly(hot.endpoint)


class TestARequest:
    @pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
    def test_reaches_its_endpoint(self, premises: Premises, kind: str) -> None:
        """Whether it says more of its type or not: here that there is no such assistant."""
        client = premises.client(Role.REP)
        answer = client.post(PATH, content=FIT, headers={"content-type": kind})
        assert answer.status_code == 422
        assert "nobody_knows_it" in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("content", "place"),
        [(b"{", "body.1"), (b"[]", "body"), (b"{}", "body.assistant_id")],
    )
    def test_that_does_not_fit_is_told_why(
        self, premises: Premises, content: bytes, place: str
    ) -> None:
        """FastAPI's own list of what is wrong, and where."""
        headers = {"content-type": "application/json"}
        answer = premises.client(Role.REP).post(PATH, content=content, headers=headers)
        assert answer.status_code == 422
        assert answer.json()["detail"].partition(":")[0] == place, answer.text

    def test_of_another_type_is_refused(self, premises: Premises) -> None:
        """A form of another site is no JSON, whatever it holds."""
        headers = {"content-type": "text/plain"}
        assert premises.client(Role.REP).post(PATH, content=FIT, headers=headers).status_code == 422

    @pytest.mark.parametrize("content", [FIT, b"{}"])
    def test_of_somebody_without_the_right_is_refused_first(
        self, premises: Premises, content: bytes
    ) -> None:
        """Nobody learns what would fit who may not do it."""
        headers = {"content-type": "application/json"}
        viewer, nobody = premises.client(Role.VIEWER), premises.client()
        assert viewer.post(PATH, content=content, headers=headers).status_code == 403
        assert nobody.post(PATH, content=content, headers=headers).status_code == 401

    def test_with_text_that_only_the_general_way_reads_is_read(self, premises: Premises) -> None:
        """A lone surrogate is JSON to Python and not to pydantic: the answer is the same."""
        headers = {"content-type": "application/json"}
        content = b'{"assistant_id": "nobody_knows_it", "input": {"a": "\\ud800"}}'
        answer = premises.client(Role.REP).post(PATH, content=content, headers=headers)
        assert answer.status_code == 422
        assert "nobody_knows_it" in answer.json()["detail"]


def test_the_general_way_is_still_there() -> None:
    """The stand-in answers, so that a test above that compares with it can fail."""
    answer = asyncio.run(general(Request({"type": "http"})))
    assert answer.body == b"general"
