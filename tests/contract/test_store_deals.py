"""Looking up deals and the stages in use, alike on both databases."""

from tests.store.stores import Store

from bailiwick.domain.crm import Opportunity
from bailiwick.domain.ids import OpportunityId
from bailiwick.store.crm_rows import CrmRows


class TestDeals:
    def test_are_found_by_id_and_name_their_stages(self, store: Store) -> None:
        """A closed deal is found too; each stage in use is named once, none that is empty."""
        deals = [
            Opportunity(
                opportunity_id=OpportunityId(store.ids.new("opp")),
                name=f"Deal {stage}",
                stage=stage,
                amount_minor=100,
                currency="EUR",
                closed=closed,
            )
            for stage, closed in (("won", True), ("new", False), ("new", False), ("", False))
        ]
        with store.units.write() as unit:
            rows = CrmRows(unit)
            for deal in deals:
                rows.add_opportunity(deal)
            unit.commit()
        with store.units.read() as unit:
            assert unit.lists.opportunity(deals[0].opportunity_id) == deals[0]
            assert unit.lists.opportunity(OpportunityId("opp_none")) is None
            assert list(unit.lists.stages(count_max=5)) == ["new", "won"]
            assert list(unit.lists.stages(count_max=1)) == ["new"]
