"""Money for people: dollars with the seven decimals that single calls need."""

from typing import Final

PICODOLLARS_OF_DOLLAR: Final = 10**12
DECIMALS: Final = 7  # capabilities 28c: dollars with seven decimals


def dollars(picodollars: int) -> str:
    """Return an amount as `$0.0001347`; what is not nothing never shows as nothing."""
    shown = f"{picodollars / PICODOLLARS_OF_DOLLAR:.{DECIMALS}f}"
    if picodollars > 0 and float(shown) == 0:
        return f"<${10**-DECIMALS:.{DECIMALS}f}"
    return f"${shown}"
