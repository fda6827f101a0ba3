"""The capabilities that exist, by name; a new one is one sorted line."""

from typing import Final

CAPABILITIES: Final[tuple[str, ...]] = (
    "campaign",
    "company_enrich",
    "contact_enrich",
    "crm_orchestrator",
    "decision_maker",
    "followup",
    "lead_scoring",
    "outreach",
    "reply",
    "second_reading",
    "text_to_sql",
)
