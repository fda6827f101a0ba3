"""The one question the orchestrator puts to a model."""

from typing import Final

from bailiwick.capabilities.crm_orchestrator import fallback
from bailiwick.capabilities.crm_orchestrator.bundle import Bundle
from bailiwick.capabilities.crm_orchestrator.proposal import PlanProposal
from bailiwick.ports.model import Ask, Tier

PLAN: Final[Ask[Bundle, PlanProposal]] = Ask(
    prompt="crm_orchestrator/plan",
    output=PlanProposal,
    fallback=fallback.plan,
    tier=Tier.DEEP,
    tokens_max=1500,  # ours: five steps with a sentence each take about 600
    wait_seconds_max=60,  # ours: three calls fit into the thinking class of 180 s
)
