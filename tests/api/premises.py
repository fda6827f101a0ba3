"""A service over two workspaces with a person of each role, and clients that call as them."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.fakes.door import FakeDoor

from bailiwick.api.app import build_app
from bailiwick.domain.access import Admission, Means
from bailiwick.domain.crm import Person, Role, Workspace
from bailiwick.domain.ids import PersonId, WorkspaceId
from bailiwick.domain.right import Right
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.settings import ModelSettings, Settings, StoreSettings
from bailiwick.store.database import Database
from bailiwick.store.unit import SqlUnits
from bailiwick.store.workspaces import SqlWorkspaces
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.service import Service, serve

HERE: Final = "here"
THERE: Final = "there"
BASE_URL: Final = "http://127.0.0.1"


@dataclass(frozen=True, slots=True)
class Premises:
    """What a test of routes needs."""

    service: Service
    app: FastAPI
    door: FakeDoor

    def client(
        self,
        role: Role | None = None,
        *,
        workspace: str = HERE,
        scopes: frozenset[Right] | None = None,
    ) -> TestClient:
        """Return a client that calls with a key of somebody in this role; nobody by default."""
        headers: dict[str, str] = {}
        if role is not None:
            key = f"{workspace}-{role.value}"
            if scopes is not None:
                admission = replace(self.door.keys[key], scopes=scopes)
                key += "-" + "-".join(sorted(scopes))
                self.door.keys[key] = admission
            headers["x-api-key"] = key
        return TestClient(
            self.app, base_url=BASE_URL, headers=headers, raise_server_exceptions=False
        )

    def workspace_id(self, name: str = HERE) -> WorkspaceId:
        """Return the id of a workspace."""
        return next(w.workspace_id for w in self.service.workspaces if w.name == name)

    def person(self, role: Role, *, workspace: str = HERE) -> PersonId:
        """Return the id of the person in this role."""
        return self.door.keys[f"{workspace}-{role.value}"].person_id


@contextmanager
def opened(
    url: str, doubles: Doubles | None = None, model: ModelSettings | None = None
) -> Generator[Premises]:
    """Fill a migrated database with two workspaces and serve them."""
    door = FakeDoor()
    database = Database.open(url)
    ids = TimeSortedIds(SystemClock().now)
    for name in (HERE, THERE):
        workspace_id = WorkspaceId(ids.new("wsp"))
        mailbox = f"sales@{name}.example"
        SqlWorkspaces(database).create(
            Workspace(
                workspace_id=workspace_id,
                name=name,
                mailbox=mailbox,
                company=name,
                postal_address="1 Mill Lane, Leeds",
            )
        )
        with SqlUnits(database, workspace_id, ids).write() as unit:
            for role in Role:
                person = Person(
                    person_id=PersonId(ids.new("per")),
                    name=role.value,
                    email=f"{role.value}@{name}.example",
                    role=role,
                )
                unit.authority.add_person(person)
                key = f"{name}-{role.value}"
                door.keys[key] = Admission(
                    workspace_id=workspace_id,
                    person_id=person.person_id,
                    role=role,
                    means=Means.KEY,
                    means_id=f"key-{key}",
                )
            unit.commit()
    database.close()
    store = StoreSettings(database_url=url)
    settings = Settings(store=store, model=model or ModelSettings())
    service = serve(settings, (), replace(doubles or Doubles(), door=door))
    try:
        yield Premises(service, build_app(service), door)
    finally:
        service.close()
