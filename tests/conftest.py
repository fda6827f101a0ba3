"""Stores to test with: both databases, migrated once, fresh for each test."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.store.postgres_server import Server, running
from tests.store.queues import Line, open_line
from tests.store.stores import Store, open_store

from bailiwick.store.database import Database

# Both judge the machine, not the code: neighbours that compute make any test slow (`too_slow` times
# the drawing of examples). What a test has to be quick at, it measures itself.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

# LangGraph reads it once, when it is imported; outside tests `settings.py` sets it.
os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"  # noqa: TID251 - before any test imports LangGraph


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database.open(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh, migrated SQLite database."""
    path = tmp_path / "store.db"
    shutil.copyfile(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Generator[Store]:
    """A store with one workspace on SQLite."""
    with open_store(sqlite_url) as store:
        yield store


@pytest.fixture(scope="session")
def postgres_server(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, request: pytest.FixtureRequest
) -> Generator[Server]:
    """The PostgreSQL server of this test session, shared by its worker processes."""
    base = tmp_path_factory.getbasetemp()
    with running(base if worker_id == "master" else base.parent) as server:
        reporter = request.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(f"PostgreSQL: {server.found}")
        yield server


@pytest.fixture(scope="session")
def _postgres_template(postgres_server: Server, worker_id: str) -> str:
    name = f"template_{worker_id}"
    postgres_server.execute(f"drop database if exists {name}")
    postgres_server.execute(f"create database {name}")
    database = Database.open(postgres_server.database_url(name))
    database.migrate()
    database.close()
    return name


@pytest.fixture(scope="session")
def _postgres_shared_url(postgres_server: Server, _postgres_template: str, worker_id: str) -> str:
    name = f"shared_{worker_id}"
    postgres_server.execute(f"drop database if exists {name} with (force)")
    postgres_server.execute(f"create database {name} template {_postgres_template}")
    return postgres_server.database_url(name)


@pytest.fixture
def postgres_url(
    postgres_server: Server, _postgres_template: str, worker_id: str
) -> Generator[str]:
    """The address of a fresh, migrated PostgreSQL database."""
    name = f"fresh_{worker_id}"
    postgres_server.execute(f"drop database if exists {name} with (force)")
    postgres_server.execute(f"create database {name} template {_postgres_template}")
    yield postgres_server.database_url(name)
    postgres_server.execute(f"drop database if exists {name} with (force)")


@pytest.fixture
def postgres_store(_postgres_shared_url: str) -> Generator[Store]:
    """A store with one workspace of its own, in the PostgreSQL database of this process."""
    with open_store(_postgres_shared_url) as store:
        yield store


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    """A store with one workspace, once on each database."""
    found = request.getfixturevalue(f"{request.param}_store")
    assert isinstance(found, Store)
    return found


@pytest.fixture
def sqlite_line(sqlite_url: str) -> Generator[Line]:
    """A queue on a fresh SQLite database."""
    with open_line(sqlite_url) as line:
        yield line


@pytest.fixture
def postgres_line(postgres_url: str) -> Generator[Line]:
    """A queue on a fresh PostgreSQL database."""
    with open_line(postgres_url) as line:
        yield line


@pytest.fixture(params=["sqlite", "postgres"])
def line(request: pytest.FixtureRequest) -> Line:
    """A queue, once on each database."""
    found = request.getfixturevalue(f"{request.param}_line")
    assert isinstance(found, Line)
    return found
