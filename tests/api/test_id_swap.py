"""Every route asked with ids that are not the caller's: another workspace's, and out of reach."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from tests.api.asking import Asked, ask_all, told_so_far
from tests.api.planted import Planted, doubles, plant
from tests.api.premises import HERE, THERE, Premises, opened
from tests.store.postgres_server import Server

from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ApprovalId
from bailiwick.kit.ids import as_uuid
from bailiwick.store.tables import METADATA

OURS, THEIRS, FOREIGN = "zqmineword", "zqtheirword", "zqforeignword"
ROLES = (Role.VIEWER, Role.REP, Role.APPROVER, Role.ADMIN)
REP = "rep@here.example"
SHARED = {"assistant", "name", "workspace_id", "person_id"}
"""Ids that both customers have."""


@dataclass(frozen=True)
class World:
    """Two workspaces; here one customer is the rep's and one a colleague's."""

    premises: Premises
    ours: Planted
    theirs: Planted
    foreign: Planted

    def key(self, role: Role, owners: frozenset[str] | None = None) -> str:
        """Return a key of this role here, which sees what these owners own."""
        key = f"{HERE}-{role.value}"
        if owners is not None:
            seen = replace(self.premises.door.keys[key], owners=owners)
            key += "-" + "-".join(sorted(owners))  # what a key proves is remembered by its text
            self.premises.door.keys[key] = seen
        return key

    def client(self, role: Role, owners: frozenset[str] | None = None) -> TestClient:
        """Return a client of this role here, who sees what these owners own."""
        client = self.premises.client(role)
        client.headers["x-api-key"] = self.key(role, owners)
        return client


@contextmanager
def planted(url: str) -> Generator[World]:
    """Open both workspaces in a migrated database and plant in them."""
    with opened(url, doubles()) as premises:
        yield World(
            premises,
            plant(premises, HERE, OURS, owner="Rep@here.example"),
            plant(premises, HERE, THEIRS, owner="approver@here.example"),
            plant(premises, THERE, FOREIGN, staffed=True),
        )


@pytest.fixture(scope="class")
def world(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[World]:
    path = tmp_path_factory.mktemp("swap") / "store.db"
    shutil.copyfile(_sqlite_template, path)
    with planted(f"sqlite:///{path}") as found:
        yield found


@pytest.fixture(scope="class")
def postgres_world(
    postgres_server: Server, _postgres_template: str, worker_id: str
) -> Generator[World]:
    name = f"swap_{worker_id}"
    postgres_server.execute(f"drop database if exists {name} with (force)")
    postgres_server.execute(f"create database {name} template {_postgres_template}")
    with planted(postgres_server.database_url(name)) as found:
        yield found
    postgres_server.execute(f"drop database if exists {name} with (force)")


def ids_of(planted: Planted) -> dict[str, str]:
    return {**planted.ids, "run_uuid": as_uuid(planted.ids["run_id"])}


def rows_of(world: World, name: str) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of a workspace, as the database holds it."""
    database = world.premises.service.database
    workspace_id = world.premises.workspace_id(name)
    with database.reading() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in connection.execute(
                    select(table).where(table.c.workspace_id == workspace_id)
                )),
                key=repr,
            )
            for table in METADATA.sorted_tables
            if "workspace_id" in table.c and table.name != "spans"  # put down later, by a thread
        }  # fmt: skip


def asked_from_outside(world: World, role: Role) -> None:
    """Ask every route with the other workspace's ids, and find nothing said and nothing done."""
    before = rows_of(world, THERE)
    asked = list(ask_all(world.client(role), ids_of(world.foreign)))
    assert len(asked) > 130, "the document has all routes"
    assert [a.label for a in asked if leaks(a, world.foreign)] == []
    assert [a.label for a in asked if a.answer.status_code >= 500] == []
    assert rows_of(world, THERE) == before


def asked_out_of_reach(world: World, role: Role) -> None:
    """Ask every route with a colleague's ids, and find nothing said and nothing done."""
    before = naming(world, world.theirs)
    asked = list(ask_all(world.client(role, frozenset({REP})), ids_of(world.theirs)))
    assert [a.label for a in asked if leaks(a, world.theirs)] == []
    assert [a.label for a in asked if a.answer.status_code >= 500] == []
    assert naming(world, world.theirs) == before


def named_in(told: bytes, planted: Planted) -> list[str]:
    """Return the names of the ids, and the word, that a stream tells of these rows."""
    ids = {name: one for name, one in planted.ids.items() if name not in SHARED}
    return [name for name, one in {**ids, "word": planted.word}.items() if one.encode() in told]


def leaks(asked: Asked, planted: Planted) -> bool:
    """Tell whether an answer has the word that only these rows hold, in head or body."""
    word = planted.word.encode()
    heads = repr(asked.answer.headers).encode()
    return word in asked.answer.content or word in heads


class TestAnotherWorkspace:
    @pytest.mark.parametrize("role", ROLES)
    def test_is_not_there(self, world: World, role: Role) -> None:
        """Its ids in every path, query and body: no byte of it is sent, no row of it changes."""
        asked_from_outside(world, role)

    def test_is_not_in_the_stream(self, world: World) -> None:
        """Events of this workspace come, and none of the other one."""
        awaited = world.theirs.ids["contact_id"]
        told = told_so_far(world.premises.app, world.key(Role.ADMIN), awaited=awaited)
        assert awaited.encode() in told
        assert named_in(told, world.foreign) == []


class TestOutOfReach:
    @pytest.mark.parametrize("role", ROLES)
    def test_is_not_there(self, world: World, role: Role) -> None:
        """A colleague's rows, asked for by id or by list, by who sees their own: none is sent."""
        asked_out_of_reach(world, role)

    @pytest.mark.parametrize("role", ROLES)
    def test_is_not_in_the_stream(self, world: World, role: Role) -> None:
        """Events about the own customer come, and none about a colleague's."""
        key, awaited = world.key(role, frozenset({REP})), world.ours.ids["contact_id"]
        told = told_so_far(world.premises.app, key, awaited=awaited)
        assert awaited.encode() in told
        assert named_in(told, world.theirs) == []


class TestOnPostgres:
    def test_is_not_there(self, postgres_world: World) -> None:
        """The same questions to the other database: no byte, no row, and no event."""
        for role in (Role.REP, Role.ADMIN):
            asked_out_of_reach(postgres_world, role)
            asked_from_outside(postgres_world, role)
        key = postgres_world.key(Role.ADMIN, frozenset({REP}))
        awaited = postgres_world.ours.ids["contact_id"]
        told = told_so_far(postgres_world.premises.app, key, awaited=awaited)
        assert awaited.encode() in told
        assert named_in(told, postgres_world.theirs) == []
        assert named_in(told, postgres_world.foreign) == []


class TestWhatIsPlanted:
    def test_is_told_to_who_may_see_it(self, world: World) -> None:
        """Webhooks, sources, keys and traces hold the words, so that their absence is a proof."""
        client, word = world.client(Role.ADMIN), THEIRS.encode()
        for path in (
            "webhooks/endpoints", "webhooks/deliveries", "webhooks/sources", "issued-keys",
            "traces", f"traces/{world.theirs.ids['run_id']}", "grants", "audit/records",
        ):  # fmt: skip
            assert word in client.get(f"/api/v1/{path}", params={"size": 500}).content, path

    def test_is_told_over_there(self, world: World) -> None:
        """Colleagues and teams hold the word of the other workspace, for who works there."""
        client = world.premises.client(Role.ADMIN, workspace=THERE)
        for path in ("people", f"people/{world.foreign.ids['person_id']}", "teams"):
            assert FOREIGN.encode() in client.get(f"/api/v1/{path}").content, path


class TestWhatIsSeen:
    def test_is_ones_own_on_every_list_and_read(self, world: World) -> None:
        """The rep's own customer is there, with card, mail, run, thread and story."""
        client, ids = world.client(Role.APPROVER, frozenset({REP})), world.ours.ids
        word = OURS.encode()
        for path in (
            "/api/v1/contacts", f"/api/v1/contacts/{ids['contact_id']}",
            "/api/v1/accounts", f"/api/v1/accounts/{ids['account_id']}",
            "/api/v1/opportunities", "/api/v1/tasks", "/api/v1/approvals?status=approved",
            f"/api/v1/approvals/{ids['approval_id']}", "/api/v1/effects",
            f"/api/v1/effects/{ids['effect_id']}", f"/threads/{ids['thread_id']}",
            f"/threads/{ids['thread_id']}/state", f"/threads/{ids['thread_id']}/history",
            f"/api/v1/audit/explain/{ids['effect_id']}", "/api/v1/followups", "/api/v1/scores",
            f"/api/v1/contacts/{ids['contact_id']}/score",
        ):  # fmt: skip
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.text)
            assert word in answer.content, path
        assert word in client.post("/threads/search", json={}).content
        assert client.post("/threads/count", json={}).json() == 1

    @pytest.mark.parametrize(
        ("owners", "words"),
        [
            (frozenset[str](), set[str]()),
            (frozenset({REP}), {OURS}),
            (frozenset({REP, "approver@here.example"}), {OURS, THEIRS}),
            (None, {OURS, THEIRS}),
        ],
    )
    def test_depends_on_who_asks(
        self, world: World, owners: frozenset[str] | None, words: set[str]
    ) -> None:
        """The same questions by callers of different reach have different answers."""
        client = world.client(Role.VIEWER, owners)
        for path in (
            "contacts", "accounts", "opportunities", "tasks", "approvals?status=approved",
            "followups", "scores",
        ):  # fmt: skip
            answer = client.get(f"/api/v1/{path}")
            assert {w for w in (OURS, THEIRS, FOREIGN) if w in answer.text} == words, path
        found = client.post("/threads/search", json={"limit": 100}).text
        assert {w for w in (OURS, THEIRS, FOREIGN) if w in found} == words

    def test_is_refused_in_the_words_of_what_is_not_there(self, world: World) -> None:
        """Out of reach and made up differ in nothing but the id that was asked for."""
        client = world.client(Role.APPROVER, frozenset({REP}))
        for name, path in (
            ("contact_id", "/api/v1/contacts/{}"),
            ("account_id", "/api/v1/accounts/{}"),
            ("approval_id", "/api/v1/approvals/{}"),
            ("effect_id", "/api/v1/effects/{}"),
            ("run_id", "/api/v1/runs/{}"),
            ("effect_id", "/api/v1/audit/explain/{}"),
            ("thread_id", "/threads/{}"),
        ):
            real, made_up = world.theirs.ids[name], _other(world.theirs.ids[name])
            hidden, absent = client.get(path.format(real)), client.get(path.format(made_up))
            assert hidden.status_code == absent.status_code, path
            assert hidden.text.replace(real, "") == absent.text.replace(made_up, ""), path

    def test_is_no_more_for_who_may_decide(self, world: World) -> None:
        """A card out of reach is not there to be decided, whatever the role and the hash."""
        theirs = world.theirs
        with theirs.place.app.units.read() as unit:
            card = unit.approvals.get(ApprovalId(theirs.ids["approval_id"]))
        assert card is not None
        answer = world.client(Role.ADMIN, frozenset({REP})).post(
            f"/api/v1/approvals/{card.approval_id}/approve",
            json={"payload_sha256": card.payload_hash},
        )
        assert answer.status_code == 404
        with theirs.place.app.units.read() as unit:
            assert unit.approvals.get(card.approval_id) == card


def naming(world: World, planted: Planted) -> list[tuple[str, tuple[object, ...]]]:
    """Return every row that names one of these rows or holds their word."""
    marks = [planted.word, *(v for k, v in planted.ids.items() if k not in SHARED)]
    return [
        (name, row)
        for name, rows in rows_of(world, HERE).items()
        for row in rows
        if any(mark in repr(row) for mark in marks)
    ]


def _other(name: str) -> str:
    """Return an id of the same form that is nobody's."""
    return name[:-4] + ("0000" if name[-4:] != "0000" else "1111")
