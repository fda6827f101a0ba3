"""Puts a gateway together from the settings of one endpoint.

`openai` is imported here and only then: it costs 0.3 s of start-up (models 2.1).
"""

from collections.abc import Callable
from datetime import date

from bailiwick.models.budget import DEFAULT_BUDGET, Budget, BudgetLimits, RunLimits, unlimited
from bailiwick.models.endpoint_settings import EndpointSettings
from bailiwick.models.gateway import DEFAULT_LIMITS, Gateway, GatewayLimits
from bailiwick.models.habits import Doubt, doubts, published_habits, with_habits
from bailiwick.models.prices import Prices, published_prices
from bailiwick.models.surroundings import Surroundings
from bailiwick.ports.spending import SpendLedger


def build_gateway(
    settings: EndpointSettings,
    surroundings: Surroundings,
    *,
    budget_limits: BudgetLimits = DEFAULT_BUDGET,
    gateway_limits: GatewayLimits = DEFAULT_LIMITS,
    run_limits: Callable[[str], RunLimits | None] = unlimited,
    ledger: SpendLedger | None = None,
) -> Gateway:
    """Return a gateway over an OpenAI-compatible endpoint. Raises SettingsFault."""
    from bailiwick.models.openai_compatible import OpenAiCompatible  # noqa: PLC0415 - see above

    prices = prices_for(settings)
    return Gateway(
        OpenAiCompatible(with_habits(settings, published_habits()), clock=surroundings.clock),
        surroundings,
        budget=Budget(budget_limits, run_limits=run_limits, ledger=ledger),
        prices=prices,
        limits=gateway_limits,
    )


def prices_for(settings: EndpointSettings) -> Prices:
    """Return the published prices, under the settings' own row if there is one."""
    prices = published_prices()
    return prices if settings.price is None else prices.with_row(settings.price)


def endpoint_doubts(settings: EndpointSettings, *, today: date) -> tuple[Doubt, ...]:
    """Return what is doubtful about an endpoint, without a call."""
    return tuple(doubts(settings, published_habits(), prices_for(settings), today=today))
