"""What a planner is shown of one contact with an open question, an open deal and a foreign fact."""

from typing import Final

from bailiwick.capabilities.crm_orchestrator.bundle import (
    Bundle,
    CompanyView,
    DealView,
    FactView,
    InboundView,
)
from bailiwick.domain.provenance import Trust

BUNDLE: Final = Bundle(
    contact_id="con_1",
    account_id="acc_1",
    has_address=True,
    has_name=True,
    completeness_permille=900,
    enriched_days=None,
    country="GB",
    employees_count=None,
    facts=(
        FactView(
            fact_id="fct_1",
            subject="con_1",
            field="phone",
            value="+442079460000",
            confidence_permille=700,
            trust=Trust.UNVERIFIED,
            age_days=1,
        ),
    ),
    deals=(
        DealView(
            opportunity_id="opp_1", stage="proposal", amount_minor=1, currency="EUR", close_on=""
        ),
    ),
    open_tasks_count=0,
    sent_count=1,
    received_count=1,
    sent_days=4,
    received_days=1,
    inbound=InboundView(
        message_id="msg_1",
        age_days=1,
        intent="info_request",
        intent_confidence_permille=900,
        language="en",
        concerns=(),
        topics=(),
        questions_count=1,
        mentioned=(),
    ),
    company=CompanyView(),
    route="reply",
    route_reason="unanswered_inbound",
)
