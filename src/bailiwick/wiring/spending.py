"""Puts together what counts and bounds the money that models use."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from bailiwick.control.registry import CAPABILITIES
from bailiwick.domain.fault import SettingsFault

if TYPE_CHECKING:
    from bailiwick.engine.spending import DayLimits, Spending
    from bailiwick.ports.unit import Units
    from bailiwick.settings import BudgetSettings

PICODOLLARS_OF_DOLLAR: Final = 10**12


def spending(settings: "BudgetSettings", units: "Units") -> "Spending":
    """Return the ledger that gateways reserve in. Raises SettingsFault for an unusable amount."""
    from bailiwick.engine.spending import Spending

    return Spending(units, day_limits(settings))


def day_limits(settings: "BudgetSettings") -> "DayLimits":
    """Return the ceilings of a day. Raises SettingsFault for an unusable amount or name."""
    from bailiwick.engine.spending import DayLimits

    _require_known(settings.capabilities)
    return DayLimits(
        every=_picodollars("day_dollars", settings.day_dollars),
        capability=_picodollars("capability_day_dollars", settings.capability_day_dollars),
        named={
            name: amount
            for name, text in settings.capabilities.items()
            if (amount := _picodollars(f"capabilities.{name}", text)) is not None
        },
    )


def _require_known(named: Mapping[str, str]) -> None:
    for name in named:
        if name not in CAPABILITIES:
            message = f"[budget] capabilities: there is no {name!r}; see `bailiwick list`"
            raise SettingsFault(message)


def _picodollars(name: str, text: str) -> int | None:
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        message = f'[budget] {name} must be dollars such as "2.50", or empty, not {text!r}'
        raise SettingsFault(message)
    return int(amount * PICODOLLARS_OF_DOLLAR)
