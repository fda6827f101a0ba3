"""Amounts as found in exports, to minor units, without floats; and yes or no."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Final

from bailiwick.domain.currency import MINOR_DIGITS, MINOR_DIGITS_USUAL
from bailiwick.ports.intake_files import DecimalMark

TEXT_LENGTH_MAX: Final = 60  # ours: an amount with currency and grouping is shorter
DIGITS_COUNT_MAX: Final = 18  # a signed 64-bit integer holds 18 digits whatever they are
SYMBOLS: Final = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "US$": "USD", "CHF": "CHF"}
_AMOUNT: Final = re.compile(
    r"(?P<open>\()?(?P<sign>[-+\u2212])?\s*(?P<before>[^\d\s.,()+-]{1,4})?\s*(?P<late>[-\u2212])?"
    r"(?P<number>\d[\d.,'\u2019\u00a0\u202f ]*)\s*(?P<after>[^\d\s.,()]{1,4})?(?P<close>\))?"
)
_GROUPS: Final = str.maketrans("", "", "'\u2019\u00a0\u202f ")
_THOUSANDS: Final = 3
_YES_WORDS: Final = (
    "true yes y 1 t x on ja wahr oui vrai si sí verdadero checked opted-out unsubscribed"
)
_NO_WORDS: Final = "false no n 0 f off nein falsch non faux falso unchecked null none -"
YES: Final = frozenset(_YES_WORDS.split())
NO: Final = frozenset(_NO_WORDS.split())


def decimal_evidence(values: Iterable[str]) -> tuple[frozenset[DecimalMark], str]:
    """Return which marks the values prove, and one value that could be read either way."""
    proven: set[DecimalMark] = set()
    unclear = ""
    for value in values:
        number = "".join(c for c in value if c.isdigit() or c in ".,")
        last = max(number.rfind("."), number.rfind(","))
        if last < 0:
            continue
        mark = DecimalMark(number[last])
        other = DecimalMark.POINT if mark is DecimalMark.COMMA else DecimalMark.COMMA
        if number.count(mark) > 1:
            proven.add(other)
        elif other in number or len(number) - last - 1 != _THOUSANDS or last > _THOUSANDS:
            proven.add(mark)
        else:
            unclear = unclear or value.strip()
    return frozenset(proven), unclear


def amount_minor(text: str, mark: DecimalMark, currency: str) -> tuple[int, str] | None:
    """Return minor units and the currency, which a symbol in the cell may name; None if no amount.

    More digits than the currency has are refused rather than rounded, unless they are zeros.
    """
    match = _AMOUNT.fullmatch(text.strip()) if len(text) <= TEXT_LENGTH_MAX else None
    if match is None or sum(map(bool, match.group("sign", "late", "open"))) > 1:
        return None
    symbol = (match["before"] or match["after"] or "").upper()
    named = SYMBOLS.get(symbol, symbol if len(symbol) == len("EUR") and symbol.isalpha() else "")
    if symbol and not named:
        return None
    currency = currency or named
    digits = match["number"].translate(_GROUPS)
    group = "," if mark is DecimalMark.POINT else "."
    if group in digits and not _grouped(digits.split(mark.value)[0], group):
        return None
    try:
        value = Decimal(digits.replace(group, "").replace(mark.value, "."))
    except InvalidOperation:
        return None
    minor = value.scaleb(MINOR_DIGITS.get(currency, MINOR_DIGITS_USUAL))
    if minor != minor.to_integral_value() or len(digits) > DIGITS_COUNT_MAX:
        return None
    negative = match["sign"] in {"-", "\u2212"} or bool(match["late"]) or bool(match["open"])
    return (-int(minor) if negative else int(minor)), currency


def _grouped(whole: str, group: str) -> bool:
    first, *rest = whole.split(group)
    return 0 < len(first) <= _THOUSANDS and all(len(part) == _THOUSANDS for part in rest)


def whole_number(text: str) -> int | None:
    """Return a count; the lower end of a range such as `51-200`."""
    digits = text.strip().translate(_GROUPS).replace(",", "").replace(".", "").rstrip("+")
    low = digits.partition("-")[0]
    if not low.isdecimal() or len(low) > len("999999999"):
        return None
    return int(low)


def truth(text: str) -> bool | None:
    """Return what a yes-or-no cell says, or None when it says neither."""
    word = text.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    return None
