from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from tests.api.premises import Premises

from bailiwick.api.app import routers
from bailiwick.api.caller import Gate, Public
from bailiwick.domain.crm import Role
from bailiwick.domain.record import RecordKind
from bailiwick.domain.right import Right

RIGHTS: dict[Role, set[Right]] = {
    Role.VIEWER: {Right.SELF, Right.READ},
    Role.AGENT: {Right.SELF, Right.READ, Right.SIGNAL, Right.RUN},
}
RIGHTS[Role.REP] = RIGHTS[Role.VIEWER] | {Right.SIGNAL, Right.RUN, Right.WRITE}
RIGHTS[Role.APPROVER] = RIGHTS[Role.REP] | {Right.DECIDE, Right.AUDIT}
RIGHTS[Role.SUPERVISOR] = RIGHTS[Role.APPROVER] | {Right.OPERATE, Right.EDIT_STATE, Right.HALT}
RIGHTS[Role.ADMIN] = set(Right)

LOOKS = (
    *("/search", "/count", "/history", "/namespaces", "/explain", "/versions"),
    *("/state/checkpoint", "/policy/test", "/policy/simulate", "/replay"),
    *("/campaigns/preview", "/questions"),
)
"""Questions too long for an address: a body is posted, nothing is changed but who asked what."""


def routes() -> Iterator[APIRoute]:
    for router in routers():
        for context in iter_route_contexts(router.routes):
            route = context.original_route
            assert isinstance(route, APIRoute), route
            yield route


def declared(route: APIRoute) -> list[Right | None]:
    """Return what a route declares: rights, or None for public."""
    return [gate.right if gate is not None else None for gate in gates(route)]


def gates(route: APIRoute) -> list[Gate | None]:
    """Return the gates of a route; None for one that is public."""
    found: list[Gate | None] = []
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        waiting.extend(dependant.dependencies)
        if isinstance(dependant.call, Gate):
            found.append(dependant.call)
        elif isinstance(dependant.call, Public):
            found.append(None)
    return found


@pytest.mark.parametrize(
    "route", list(routes()), ids=lambda route: f"{min(route.methods)} {route.path}"
)
class TestEachRoute:
    def test_declares_one_right_or_that_it_is_public(self, route: APIRoute) -> None:
        """A route that forgot to say whom it is for does not pass the build."""
        assert len(declared(route)) == 1, f"{route.path} declares {declared(route)}"

    def test_changes_nothing_for_a_look(self, route: APIRoute) -> None:
        """A right to look is enough for no route that changes rows, save one's own session."""
        (right,) = declared(route)
        methods = route.methods or set()
        if right in {Right.READ, Right.AUDIT} and not methods <= {"GET", "HEAD"}:
            assert route.path.endswith(LOOKS)


class TestTheLaw:
    @pytest.mark.parametrize("role", list(Role))
    def test_grants_each_role_its_rights(self, premises: Premises, role: Role) -> None:
        """Each role includes those before it; an agent never decides or changes rows."""
        answer = premises.client(role).get("/api/v1/session").json()
        assert set(answer["rights"]) == {r.value for r in RIGHTS[role]}
        assert answer["workspace_id"] == premises.workspace_id()

    @pytest.mark.parametrize("role", list(Role))
    def test_caps_a_key_by_its_scopes(self, premises: Premises, role: Role) -> None:
        """A key does what its owner may and its scopes name, both."""
        scopes = frozenset({Right.SELF, Right.DECIDE, Right.READ})
        answer = premises.client(role, scopes=scopes).get("/api/v1/session").json()
        assert set(answer["rights"]) == {r.value for r in RIGHTS[role] & scopes}

    def test_refuses_and_records_with_the_hash_of_the_law(self, premises: Premises) -> None:
        """Who asked for what, by which key, and which rule refused, stand in the chain."""
        client = premises.client(Role.ADMIN, scopes=frozenset({Right.READ}))
        answer = client.get("/api/v1/session")
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:bailiwick:refused"
        assert "not made for this" in answer.json()["detail"]
        application = premises.service.application(premises.workspace_id())
        with application.units.read() as unit:
            (record,) = unit.records.about(premises.person(Role.ADMIN))
        assert record.kind is RecordKind.ACCESS_REFUSED
        assert record.payload["rules"] == ["rights/scope"]
        assert record.payload["rulebook_hash"] == application.rulebook.hash
        client.get("/api/v1/session")  # a look again: within the minute it is one fact
        with application.units.read() as unit:
            assert len(unit.records.about(premises.person(Role.ADMIN))) == 1

    def test_lets_nobody_in_without_proof(self, premises: Premises) -> None:
        """No key, a foreign key and an endless one are all nobody."""
        client = premises.client()
        for headers in (
            {},
            {"x-api-key": "lsv2_pt_foreign"},
            {"authorization": "Bearer " + "x" * 999},
        ):
            answer = client.get("/api/v1/session", headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
