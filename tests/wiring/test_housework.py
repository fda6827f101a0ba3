"""Chores of a workspace: what is on its schedule is really done."""

import asyncio
from pathlib import Path

from tests.fakes.office import Office, office

from bailiwick.domain.crm import Role
from bailiwick.domain.event import EventKind
from bailiwick.engine.pool.scheduling import CHORES, HOUSE
from bailiwick.engine.webhook.relay import RECORDS_COUNT_MAX
from bailiwick.wiring.answers import halting
from bailiwick.wiring.housework import chores, keep_houses


def told(place: Office) -> list[EventKind]:
    with place.app.units.read() as unit:
        found = unit.webhooks.deliveries(None, state=None, cursor=None, size=500)
    return [delivery.kind for delivery in found.items]


def halt(place: Office, times: int) -> None:
    by = place.person(Role.ADMIN)
    for _ in range(times):
        halting(place.app).halt("model", person_id=by, reason="drill")
        halting(place.app).lift("model", person_id=by, reason="drill")


class TestEvents:
    def test_are_made_deliveries_by_a_chore_of_every_workspace(
        self, tmp_path: Path, sqlite_url: str
    ) -> None:
        """Whoever added an endpoint is told, without anybody having to schedule that."""
        with office(tmp_path, url=sqlite_url) as place:
            place.app.outside.administration.add(
                "https://hooks.example/in", frozenset(), by=place.person(Role.ADMIN)
            )
            keep_houses(place.app.database)
            with place.app.units.read() as unit:
                assert unit.schedules.named("events") is not None
            halt(place, 1)
            assert told(place) == []
            asyncio.run(_done(place, "events"))
            assert told(place) == [EventKind.HALT_CHANGED] * 2
            asyncio.run(_done(place, "events"))
            assert told(place) == [EventKind.HALT_CHANGED] * 2

    def test_go_on_until_none_is_left(self, tmp_path: Path, sqlite_url: str) -> None:
        """More records than one pass looks at are told in the same minute."""
        with office(tmp_path, url=sqlite_url) as place:
            place.app.outside.administration.add(
                "https://hooks.example/in", frozenset(), by=place.person(Role.ADMIN)
            )
            halt(place, RECORDS_COUNT_MAX // 2 + 5)
            asyncio.run(_done(place, "events"))
            assert len(told(place)) == RECORDS_COUNT_MAX + 10

    def test_stand_among_what_can_be_scheduled(self) -> None:
        """What every workspace needs can also be put off by name."""
        assert {name for name, _ in HOUSE} <= set(CHORES)


async def _done(place: Office, chore: str) -> None:
    await chores(place.app)[chore]()
