from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.office import ACME, DANA, Office, office

from bailiwick.domain.crm import Opportunity
from bailiwick.domain.ids import OpportunityId
from bailiwick.store.crm_rows import CrmRows


@pytest.fixture
def place(tmp_path: Path) -> Generator[Office]:
    """An office with Dana of Acme and two deals of hers."""
    with office(tmp_path) as opened:
        with opened.app.units.write() as unit:
            rows = CrmRows(unit)
            rows.add_opportunity(deal("opp_a", stage="qualified", close_on="2026-08-01"))
            rows.add_opportunity(deal("opp_b", stage="proposal", close_on="2026-06-30"))
            unit.commit()
        yield opened


def deal(name: str, *, stage: str, close_on: str) -> Opportunity:
    return Opportunity(
        opportunity_id=OpportunityId(name), name=f"Steel {name}", account_id=ACME,
        contact_id=DANA, stage=stage, amount_minor=1_250_000, currency="GBP", close_on=close_on,
    )  # fmt: skip
