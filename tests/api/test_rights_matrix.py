"""Every role asks every operation, and the app answers as the rulebook says, neither more nor less.

What is expected is worked out here from the Cedar rules alone, not by the code that routes use.
"""

import shutil
from collections.abc import Generator
from dataclasses import replace
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from tests.api.asking import Asked, ask_all
from tests.api.premises import HERE, Premises, opened
from tests.api.test_law_of_routes import gates, routes

from bailiwick.api.caller import Gate
from bailiwick.domain.crm import INCLUDES, Role
from bailiwick.domain.right import Right
from bailiwick.policy.access import Access, AccessQuestion, PrincipalKind
from bailiwick.policy.judge import judge
from bailiwick.policy.rulebook import Rulebook, load
from bailiwick.policy.verdict import Allowed

NOWHERE: Final = {
    "contact_id": "con_nobody", "run_uuid": "00000000-0000-4000-8000-000000000001",
    "run_id": "run_nobody", "cron_id": "00000000-0000-4000-8000-000000000002",
}  # fmt: skip
_THREADS: Final = count(1)
ASSUMED: Final = "someone_here"
BY_CONTENT: Final = {"POST /threads/{thread_id}/state": Right.EDIT_STATE}
"""What the content that is sent takes beside the route's right: to rewrite a state, not to end."""
REFUSALS: Final = ("this takes the right to", "this is about the whole workspace")
KEYS: Final = (None, frozenset({Right.READ}), frozenset({Right.STAFF, Right.SELF}))
"""Keys with all of the role's rights, and with some of them."""


@pytest.fixture(scope="module")
def house(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Premises]:
    path = tmp_path_factory.mktemp("matrix") / "store.db"
    shutil.copyfile(_sqlite_template, path)
    with opened(f"sqlite:///{path}") as found:
        yield found


@pytest.fixture(scope="module")
def law() -> Rulebook:
    return load()


def nowhere() -> dict[str, str]:
    """Return ids that name nothing yet; the thread is one that nobody else has opened before."""
    return {**NOWHERE, "thread_id": f"00000000-0000-4000-8000-{next(_THREADS):012d}"}


def allowed(law: Rulebook, role: Role, right: Right, scopes: frozenset[Right] | None) -> bool:
    """Ask the rules whether a role with a key of these scopes has a right."""
    kind = PrincipalKind.AGENT if role is Role.AGENT else PrincipalKind.PERSON
    access = Access(
        right=right.value,
        roles=INCLUDES[role],
        scoped=scopes is not None,
        scopes=frozenset(s.value for s in scopes or ()),
    )
    question = AccessQuestion(
        principal_kind=kind, principal_id=ASSUMED, workspace_id=HERE, access=access
    )
    return isinstance(judge(law, question), Allowed)


def gates_by_label() -> dict[str, Gate | None]:
    """Return what each operation declares, by its label; None for everybody's."""
    found: dict[str, Gate | None] = {}
    for route in routes():
        (gate,) = gates(route)
        path = route.path.replace(":path}", "}")
        found |= {f"{method} {path}": gate for method in route.methods or ()}
    return found


def let_in(asked: Asked) -> bool:
    """Tell whether the door and the law let a request through, whatever came of it.

    A 403 of other words is about what was sent, such as a wrong old password.
    """
    if asked.answer.status_code == HTTPStatus.FORBIDDEN:
        return not any(words in asked.answer.text for words in REFUSALS)
    return asked.answer.status_code != HTTPStatus.UNAUTHORIZED


class TestEveryRole:
    @pytest.mark.parametrize("scopes", KEYS, ids=["all", "read", "staff"])
    @pytest.mark.parametrize("role", list(Role))
    def test_is_let_through_as_the_rules_say(
        self, house: Premises, law: Rulebook, role: Role, scopes: frozenset[Right] | None
    ) -> None:
        """A right that the rules grant opens its routes, and no other route is open."""
        declared_by, wrong, counts = gates_by_label(), list[str](), {True: 0, False: 0}
        for asked in ask_all(house.client(role, scopes=scopes), nowhere()):
            gate = declared_by[asked.label]
            if gate is None:
                continue
            needed = {gate.right, BY_CONTENT.get(asked.label, gate.right)}
            expected = all(allowed(law, role, right, scopes) for right in needed)
            counts[expected] += 1
            if let_in(asked) is not expected:
                wrong.append(f"{asked.label}: {asked.answer.status_code}, {gate.right}")
            assert asked.answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, asked.label
        assert wrong == []
        assert sum(counts.values()) > 130, "the document has all routes"

    @pytest.mark.parametrize("role", list(Role))
    def test_of_lesser_reach_is_kept_from_what_is_the_whole_workspaces(
        self, house: Premises, law: Rulebook, role: Role
    ) -> None:
        """Whoever sees a part is let into every route that the role opens save those of all."""
        key = f"{HERE}-{role.value}-part"
        house.door.keys[key] = replace(
            house.door.keys[f"{HERE}-{role.value}"], owners=frozenset({"rep@here.example"})
        )
        client = house.client(role)
        client.headers["x-api-key"] = key
        declared_by, wrong = gates_by_label(), list[str]()
        for asked in ask_all(client, nowhere()):
            gate = declared_by[asked.label]
            if gate is None:
                continue
            needed = {gate.right, BY_CONTENT.get(asked.label, gate.right)}
            granted = all(allowed(law, role, right, None) for right in needed)
            expected = granted and not gate.whole
            if let_in(asked) is not expected:
                wrong.append(f"{asked.label}: {asked.answer.status_code}, {gate.right}")
        assert wrong == []


class TestNobody:
    def test_is_let_into_what_is_everybodys_only(self, house: Premises) -> None:
        """Without a key each route that declares a right answers 401."""
        declared_by = gates_by_label()
        for asked in ask_all(house.client(), nowhere()):
            if declared_by[asked.label] is not None:
                assert asked.answer.status_code == HTTPStatus.UNAUTHORIZED, asked.label
