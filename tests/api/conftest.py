from collections.abc import Generator

import pytest
from starlette.testclient import TestClient
from tests.api.premises import Premises, opened


@pytest.fixture
def premises(sqlite_url: str) -> Generator[Premises]:
    """A served database with two workspaces and a person of each role in both."""
    with opened(sqlite_url) as found:
        yield found


@pytest.fixture
def client(premises: Premises) -> TestClient:
    """A caller without a key."""
    return premises.client()
