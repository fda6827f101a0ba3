"""Retention removes what its time is over for, and never the evidence."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.fakes.office import Office, letter, office

from bailiwick.domain.crm import Role
from bailiwick.domain.record import RecordKind
from bailiwick.observe.chain import verify
from bailiwick.store.care.retention import KINDS
from bailiwick.store.tables import METADATA
from bailiwick.wiring.retaining import UnableToKeepSo, plan_retention, run_retention


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Office]:
    """An office in which a mail was answered."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    with office(tmp_path, url=url) as opened:
        opened.receive(letter("How does onboarding work?"))
        opened.sweep()
        for card in opened.pending():
            opened.app.inbox.approve(
                card.approval_id,
                person_id=opened.person(Role.ADMIN),
                shown_hash=card.payload_hash,
            )
        opened.drain()
        opened.app.observation.flush()  # else spans come in late
        yield opened


def counts(place: Office) -> dict[str, int]:
    with place.app.database.reading() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in METADATA.tables.items()
        }


def planned(place: Office) -> dict[str, int]:
    return {p.kind: p.count for p in plan_retention(place.app) if p.count}


def ran(place: Office) -> dict[str, int]:
    found = run_retention(place.app, lambda _done, _total: None)
    return {p.kind: p.count for p in found if p.count}


class TestRetention:
    def test_removes_nothing_before_its_time(self, place: Office) -> None:
        """On the day itself there is nothing to remove."""
        assert planned(place) == {}
        assert ran(place) == {}

    def test_removes_what_the_plan_counted_and_only_once(self, place: Office) -> None:
        """A dry run and a run agree, and a second run finds nothing."""
        place.later(days=400)
        wanted = planned(place)
        assert {"raw_mail", "run_inputs", "verdicts"} <= set(wanted)
        assert ran(place) == wanted
        assert ran(place) == {}

    def test_never_touches_the_evidence(self, place: Office) -> None:
        """Records, effects, mail text and runs stay, and the chain verifies."""
        before = counts(place)
        place.later(days=4000)
        ran(place)
        after = counts(place)
        for name in ("effects", "messages", "runs", "plans", "approvals", "contacts"):
            assert after[name] == before[name], name
        assert after["raw_messages"] == 0
        assert after["records"] == before["records"] + 1
        assert verify(place.app.chain).breach is None

    def test_is_recorded(self, place: Office) -> None:
        """What was removed is on the chain, by kind."""
        place.later(days=400)
        removed = ran(place)
        with place.app.units.read() as unit:
            (record,) = unit.records.about("retention")
        assert record.kind is RecordKind.PRUNED
        assert record.payload == removed

    def test_follows_the_settings(self, place: Office) -> None:
        """A kind may be kept for ever or for a day."""
        keep = {"raw_mail": "0", "run_inputs": "1"}
        care = replace(place.app.settings.care, keep_days=keep)
        place.app.settings = replace(place.app.settings, care=care)
        place.later(days=2)
        assert set(planned(place)) == {"run_inputs"}

    @pytest.mark.parametrize("keep", [{"raw_male": "1"}, {"raw_mail": "-1"}, {"raw_mail": "x"}])
    def test_refuses_settings_it_does_not_know(self, place: Office, keep: dict[str, str]) -> None:
        """A misspelt kind is told, with those there are."""
        care = replace(place.app.settings.care, keep_days=keep)
        place.app.settings = replace(place.app.settings, care=care)
        with pytest.raises(UnableToKeepSo, match="raw_mail"):
            planned(place)


class TestKinds:
    def test_never_name_the_evidence(self) -> None:
        """No line can remove records, effects or what protects somebody."""
        tables = {kind.table for kind in KINDS.values()}
        assert not tables & {"records", "seals", "effects", "suppressions", "consents", "facts"}

    @pytest.mark.parametrize("name", sorted(KINDS))
    def test_name_columns_that_are_there(self, name: str) -> None:
        """A kind whose table this program has names columns of it."""
        kind = KINDS[name]
        table = METADATA.tables.get(kind.table)
        if table is not None:
            assert {kind.column, *(kind.blank or {})} <= set(table.columns.keys())
