"""Instants and fractions in words for people."""

from datetime import datetime


def moment(at: datetime | None) -> str:
    """Show an instant in UTC to the minute; a dash when there is none."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at is not None else "-"


def percent(permille: int) -> str:
    """Show a permille as the decimal fraction that the law's texts use, such as 0.60."""
    return f"{permille // 1000}.{permille % 1000:03d}".rstrip("0").ljust(4, "0")
