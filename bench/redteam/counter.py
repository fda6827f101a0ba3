"""The API of both workspaces, served in process: the real application, guard and keys.

Its way out is the product's own guarded one, over wires that lead nowhere.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from starlette.testclient import TestClient

from bailiwick.api.app import build_app
from bailiwick.connectors.egress.guarded import GuardedEgress
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PersonId
from bailiwick.engine.people.keys import KeyWish
from bailiwick.policy.rulebook import Rulebook
from bailiwick.ports.intake import ImportKind
from bailiwick.settings import Settings
from bailiwick.store.workspaces import SqlWorkspaces
from bailiwick.wiring.application import Application
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.service import Service, serve
from bench.redteam.wires import Wires
from bench.redteam.world import OURS, THEIRS

BASE_URL: Final = "http://127.0.0.1"
BROKEN: Final = 500
_ERRORS: Final = 400


class Turned(InputFault):
    """The API would not take it; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer of the API."""

    status: int
    content: bytes

    @property
    def told(self) -> Mapping[str, object]:
        """The answer as an object; empty when it is none."""
        found: object = json.loads(self.content) if self.content else {}
        return {str(k): v for k, v in found.items()} if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON

    def word(self, name: str) -> str:
        """Return one field of the answer as text."""
        return str(self.told.get(name, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import said of a file."""

    reasons: tuple[str, ...]
    unread: frozenset[str]
    rejected_count: int


@dataclass(slots=True, kw_only=True)
class Counter:
    """Callers of the API, and what they were answered."""

    service: Service
    app: Application
    wires: Wires
    client: TestClient
    keys: Mapping[PersonId, str]
    answered: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])

    @property
    def secret(self) -> bytes:
        """What our workspace's unsubscribe tokens are made with."""
        return SqlWorkspaces(self.service.database).secret(self.app.workspace.workspace_id)

    def ask(
        self,
        method: str,
        path: str,
        *,
        by: PersonId | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        body: object = None,
    ) -> Reply:
        """Send one request as somebody; nobody by default."""
        own = {"x-api-key": self.keys[by]} if by is not None else {}
        raw = json.dumps(body).encode() if content is None and body is not None else content
        kind = {"content-type": "application/json"} if raw is not None else {}
        found = self.client.request(
            method, path, content=raw, headers={**kind, **own, **(headers or {})}
        )
        self.answered.append((f"{method} {path.partition('?')[0]}", found.status_code))
        return Reply(status=found.status_code, content=found.content)

    def take(self, method: str, path: str, **request: object) -> Reply:
        """Send a request that a person means well. Raises Turned when it is not taken."""
        found = self.ask(method, path, **request)  # pyright: ignore[reportArgumentType] - passed on
        assert found.status < BROKEN, f"{method} {path} answered {found.status}"
        if found.status >= _ERRORS:
            raise Turned(found.word("detail") or f"{method} {path} answered {found.status}")
        return found

    def person(self, role: Role) -> PersonId:
        """Return somebody of our workspace in a role."""
        with self.app.units.read() as unit:
            people = unit.authority.people()
        return next(p.person_id for p in people if p.role is role)

    def receive(self, raw: bytes) -> None:
        """Hand in one mail. Raises Turned."""
        self.take("POST", "/api/v1/mail?name=mail.eml", by=self.person(Role.REP), content=raw)

    def import_csv(self, content: bytes, kind: ImportKind | None) -> Imported:
        """Hand in one file. Raises Turned."""
        query = f"?name=upload.csv{f'&kind={kind.value}' if kind else ''}"
        path = f"/api/v1/imports/csv{query}"
        told = self.take("POST", path, by=self.person(Role.REP), content=content).told
        files = _objects(told.get("files"))
        reasons = [str(r.get("reason")) for f in files for r in _objects(f.get("reasons"))]
        reasons += [
            f"left out: {o.get('field')}" for f in files for o in _objects(f.get("omitted"))
        ]
        return Imported(
            reasons=tuple(reasons),
            unread=frozenset(str(h) for f in files for h in _items(f.get("unread_columns"))),
            rejected_count=sum(int(str(f.get("rejected", 0))) for f in files),
        )

    def approve(self, card: str, *, by: PersonId, shown: str) -> None:
        """Say yes to what was shown. Raises Turned."""
        path = f"/api/v1/approvals/{card}/approve"
        self.take("POST", path, by=by, body={"payload_sha256": shown})

    def edit(self, card: str, *, by: PersonId, changes: Mapping[str, str]) -> None:
        """Replace a card by one with other words. Raises Turned."""
        self.take("POST", f"/api/v1/approvals/{card}/edit", by=by, body=dict(changes))


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []  # pyright: ignore[reportUnknownArgumentType] - JSON


def _objects(value: object) -> list[Mapping[str, object]]:
    return [item for item in _items(value) if isinstance(item, dict)]  # pyright: ignore[reportUnknownVariableType] - JSON


@contextmanager
def counter(settings: Settings, doubles: Doubles, *, rulebook: Rulebook) -> Generator[Counter]:
    """Serve both workspaces, and give everybody a key."""
    wires = Wires()
    egress = GuardedEgress(find=wires.find, network=wires)
    service = serve(settings, (OURS, THEIRS), replace(doubles, egress=egress))
    try:
        keys: dict[PersonId, str] = {}
        for workspace in service.workspaces:
            app = service.application(workspace.workspace_id)
            app.rulebook = rulebook
            keys |= _keys(app)
        ours = next(w.workspace_id for w in service.workspaces if w.name == OURS)
        client = TestClient(build_app(service), base_url=BASE_URL, raise_server_exceptions=False)
        yield Counter(
            service=service,
            app=service.application(ours),
            wires=wires,
            client=client,
            keys=keys,
        )
    finally:
        service.close()


def _keys(app: Application) -> dict[PersonId, str]:
    with app.units.read() as unit:
        people = unit.authority.people()
    admin = next(p.person_id for p in people if p.role is Role.ADMIN)
    issue = app.entrance.keys.issue
    return {
        p.person_id: issue(KeyWish(person_id=p.person_id, name="bench"), by=admin).text
        for p in people
    }
