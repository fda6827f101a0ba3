"""An office whose application is also served: what a route does is seen where it lands."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.api.premises import BASE_URL
from tests.fakes.door import FakeDoor
from tests.fakes.office import Office, office

from bailiwick.api.app import build_app
from bailiwick.domain.access import Admission, Means
from bailiwick.domain.crm import Role
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.service import Service, serve


@dataclass(frozen=True)
class Branch:
    """The office, and callers of its API."""

    office: Office
    service: Service

    def client(self, role: Role = Role.ADMIN) -> TestClient:
        return TestClient(
            build_app(self.service),
            base_url=BASE_URL,
            headers={"x-api-key": role.value},
            raise_server_exceptions=False,
        )


@pytest.fixture
def branch_office(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    """An office without a door; for tests that open the real one."""
    with office(tmp_path, url=sqlite_url) as place:
        yield place


@pytest.fixture
def branch(tmp_path: Path, sqlite_url: str) -> Generator[Branch]:
    door = FakeDoor()
    with office(tmp_path, url=sqlite_url) as place:
        for role, person in place.people.items():
            door.keys[role.value] = Admission(
                workspace_id=place.app.workspace.workspace_id,
                person_id=person.person_id,
                role=role,
                means=Means.KEY,
                means_id=f"key_{role.value}",
            )
        doubles = Doubles(door=door, clock=place.clock, mail=place.mail)
        service = serve(place.app.settings, (), doubles)
        yield Branch(place, service)
        service.close()
