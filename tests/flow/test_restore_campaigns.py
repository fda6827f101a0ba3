"""A backup put back in the midst of a campaign: nobody gets a touch a second time by itself."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import InlineParser, Office, office
from tests.fakes.outreach import run_campaign

from bailiwick.connectors.smtp.sink import LocalSink
from bailiwick.domain.campaign.campaign import CampaignStatus
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import PersonId
from bailiwick.engine.halting import Halting
from bailiwick.settings import MailSettings, StoreSettings
from bailiwick.wiring.application import Application, build
from bailiwick.wiring.care import Restoring, make_backup
from bailiwick.wiring.doubles import Doubles


@pytest.fixture
def sink() -> Generator[LocalSink]:
    """A real mail server on this machine."""
    found = LocalSink()
    yield found
    found.close()


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a workspace."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    return str(request.getfixturevalue("postgres_url"))


@contextmanager
def at(place: Office, url: str, smtp_url: str) -> Generator[Application]:
    """Open the workspace of a database, with a mail server that is really there."""
    settings = replace(
        place.app.settings,
        store=StoreSettings(database_url=url),
        mail=MailSettings(smtp_url=smtp_url),
    )
    app = build(settings, Doubles(clock=place.clock, parser=InlineParser(), draw=lambda: 0.5))
    try:
        yield app
    finally:
        app.close()


def turned(app: Application, by: PersonId) -> None:
    """Turn the machine, sign whatever waits, and turn it again."""
    asyncio.run(app.campaigns.turn())
    for card in app.inbox.list(size=50).items:
        app.inbox.approve(card.approval_id, person_id=by, shown_hash=card.payload_hash)
    asyncio.run(app.campaigns.turn())


class TestARestoreInACampaign:
    @pytest.mark.parametrize("drafting", [True, False])
    def test_sends_no_touch_that_went_out_after_the_backup(
        self, tmp_path: Path, sink: LocalSink, sqlite_url: str, new_url: str, *, drafting: bool
    ) -> None:
        """Due, or being drafted, at the backup and sent since: again only if a person says so."""
        smtp = sink.start()
        with office(tmp_path, url=sqlite_url) as place:
            admin = place.person(Role.ADMIN)
            run_campaign(place)
            if drafting:
                place.app.campaigns.tick.run()
            file = tmp_path / "b.bak"
            make_backup(place.app, file, key=None, keep_days=35, progress=lambda _d, _t: None)
            with at(place, sqlite_url, smtp) as app:
                turned(app, admin)
            assert len(sink.delivered) == 1
            settings = replace(place.app.settings, store=StoreSettings(database_url=new_url))
            made = Restoring(settings, place.clock).restore(
                file, key=None, replace=False, progress=lambda _d, _t: None
            )
            assert made.workspaces[0].paused_count == 1
            with at(place, new_url, smtp) as app:
                Halting(units=app.units, clock=place.clock).lift(
                    "*", person_id=admin, reason="looked"
                )
                for _ in range(3):
                    turned(app, admin)
                    place.later(days=2)
                with app.units.read() as unit:
                    campaign = unit.campaigns.by_name("Spring")
                assert campaign is not None
                assert campaign.status is CampaignStatus.PAUSED
                assert "may have got their touch" in campaign.status_reason
                assert len(sink.delivered) == 1
                app.campaigns.administration.resume("Spring", by=admin)
                turned(app, admin)
                assert len(sink.delivered) == 2, "the other side: a person decided so"
