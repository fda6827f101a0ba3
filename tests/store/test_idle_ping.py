"""A pooled connection that the server has cut is replaced before it is used, if it was idle."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from bailiwick.store.idle_ping import IDLE_SECONDS, ping_when_idle


@contextmanager
def _engine(url: str, *, idle_seconds: float) -> Generator[Engine]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    ping_when_idle(engine, idle_seconds=idle_seconds)
    try:
        yield engine
    finally:
        engine.dispose()


def _number(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def _cut(url: str, number: int) -> None:
    with _engine(url, idle_seconds=IDLE_SECONDS) as other, other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})


class TestPingWhenIdle:
    def test_replaces_a_connection_that_was_cut(self, postgres_url: str) -> None:
        """Who uses the pool after a while does not notice that the server has cut it off."""
        with _engine(postgres_url, idle_seconds=0.0) as engine:
            first = _number(engine)
            assert _number(engine) == first
            _cut(postgres_url, first)
            assert _number(engine) != first

    def test_does_not_ask_what_was_used_just_now(self, postgres_url: str) -> None:
        """One that breaks between two uses in a row fails the second, and the third has another."""
        with _engine(postgres_url, idle_seconds=60.0) as engine:
            first = _number(engine)
            _cut(postgres_url, first)
            with pytest.raises(OperationalError):
                _number(engine)
            assert _number(engine) != first
