"""Puts a gateway together from the settings of one endpoint.

`openai` is imported here and only then: it costs 0.3 s of start-up (models 2.1).
"""

from collections.abc import Callable
from datetime import date

from bailiwick.domain.ids import WorkspaceId
from bailiwick.models.budget import DEFAULT_BUDGET, Budget, BudgetLimits, nothing_spent
from bailiwick.models.endpoint_settings import EndpointSettings
from bailiwick.models.gateway import DEFAULT_LIMITS, Gateway, GatewayLimits
from bailiwick.models.prices import published_prices
from bailiwick.models.surroundings import Surroundings

__all__ = ["EndpointSettings", "build_gateway"]


def build_gateway(
    settings: EndpointSettings,
    surroundings: Surroundings,
    *,
    budget_limits: BudgetLimits = DEFAULT_BUDGET,
    gateway_limits: GatewayLimits = DEFAULT_LIMITS,
    spent_before: Callable[[WorkspaceId, date], int] = nothing_spent,
) -> Gateway:
    """Return a gateway over an OpenAI-compatible endpoint."""
    from bailiwick.models.openai_compatible import OpenAiCompatible  # noqa: PLC0415 - see above

    prices = published_prices()
    if settings.price is not None:
        prices = prices.with_row(settings.price)
    return Gateway(
        OpenAiCompatible(settings, clock=surroundings.clock),
        surroundings,
        budget=Budget(budget_limits, spent_before=spent_before),
        prices=prices,
        limits=gateway_limits,
    )
