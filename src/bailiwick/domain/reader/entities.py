"""Dates, times, money, phones, links, addresses and questions, each with its place in the text."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from bailiwick.domain.reader.view import View, folded_text
from bailiwick.domain.reading import Span

SPANS_COUNT_MAX: Final = 40  # the brief of the reader: what planners get stays small
_KIND_COUNT_MAX: Final = 12  # ours: one kind cannot crowd out the others
_DAYS_BACK_MAX: Final = 182  # ours: a date without a year is the nearest one, half a year each way
_CENTURY: Final = 2000  # ours: two-digit years are of this century
_YEAR_FULL_MIN: Final = 100
_MINOR_DIGITS: Final = {"JPY": 0, "KRW": 0, "HUF": 2}
_AMOUNT_MINOR_MAX: Final = 10**15  # ours: a larger amount is a mistake

_MONTHS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janner janvier janv enero ene gennaio janeiro januari stycznia",
            "february feb februar fevrier fevr febrero febbraio fevereiro februari lutego",
            "march mar marz maerz mars marzo marco maart marca",
            "april apr avril avr abril abr aprile kwietnia",
            "may mai mayo maggio maio mei maja",
            "june jun juni juin junio giugno junho czerwca",
            "july jul juli juillet juil julio luglio julho lipca",
            "august aug aout agosto ago augustus sierpnia",
            "september sep sept septembre septiembre settembre setembro wrzesnia",
            "october oct oktober okt octobre octubre ottobre outubro pazdziernika",
            "november nov novembre noviembre novembro listopada",
            "december dec dezember dez decembre diciembre dicembre dezembro grudnia",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH: Final = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DATES: Final = (
    re.compile(r"(?<![\d.-])(?P<y>(?:19|20)\d{2})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d-])"),
    re.compile(r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>(?:(?:19|20)\d{2}|"
      r"\d{2})(?!\d))?(?!\d)"),
    re.compile(r"(?<![\d/])(?P<a>\d{1,2})[/-](?P<b>\d{1,2})[/-](?P<y>(?:19|20)\d{2})(?![\d/])"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|o)?\s(?:of\s|de\s)?(?P<mn>{_MONTH})"
        rf"(?:,?\s(?:de\s|del\s)?(?P<y>(?:19|20)\d{{2}}))?"
    ),
    re.compile(rf"\b(?P<mn>{_MONTH})\s(?P<d>\d{{1,2}})(?:st|nd|rd|"
      rf"th)?\b(?!:)(?:,?\s(?P<y>(?:19|20)\d{{2}}))?"),
    re.compile(r"(?P<y>(?:19|20)\d{2})年\s?(?P<m>\d{1,2})月\s?(?P<d>\d{1,2})日"),
    re.compile(r"(?<!\d)(?P<m>\d{1,2})月\s?(?P<d>\d{1,2})日"),
)  # fmt: skip
_TIME: Final = re.compile(
    r"(?<![\d:.])(?P<h>[01]?\d|"
    r"2[0-3])(?:[:.](?P<n>[0-5]\d)(?![\d.])\s?(?P<ap>[ap]\.?m\b)?(?:\s?(?:uhr|h)\b)?"
    r"|\s?(?P<ap2>[ap]\.?m\b)|\s?(?:uhr|h)\b(?P<n2>[0-5]\d)?|h(?P<n3>[0-5]\d)\b)"
)
_CURRENCY: Final = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "us$": "USD",
    "dollars": "USD", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "chf": "CHF", "¥": "JPY",
    "jpy": "JPY",
    "円": "JPY", "zl": "PLN", "pln": "PLN", "sek": "SEK", "dkk": "DKK", "nok": "NOK", "cad": "CAD",
    "aud": "AUD", "r$": "BRL", "brl": "BRL", "₹": "INR", "inr": "INR", "czk": "CZK", "kc": "CZK",
    "₩": "KRW", "krw": "KRW",
}  # fmt: skip
_UNIT: Final = "|".join(re.escape(unit) for unit in sorted(_CURRENCY, key=len, reverse=True))
_NUMBER: Final = (
    r"\d{1,3}(?:[., '\u202f]\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)|\d{1,12}(?:[.,]\d{1,2})?(?!\d)"
)
_MONEY: Final = re.compile(
    rf"(?<![\w$€£])(?:(?P<u1>{_UNIT})\s?(?P<n1>{_NUMBER})(?P<k1>\s?k\b|\s?m\b)?"
    rf"|(?<![\d.,])(?P<n2>{_NUMBER})(?P<k2>k\b|m\b)?\s?(?P<u2>{_UNIT})(?!\w))"
)
_URL: Final = re.compile(r"(?i)\b(?:https?://|www\.)[^\s<>\"'()\[\]{}]{3,300}")
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE: Final = re.compile(
    r"(?<![\w+./-])(?:\+|00)?\(?\d{1,4}\)?(?:[ ./()-]{1,2}\d{1,8}){2,6}(?![\w/])"
)
_QUESTION: Final = re.compile(r"[^.!?\n\uff1f\u3002\uff01\u061f]{0,400}[?\uff1f\u061f]")
_RETURN: Final = re.compile(
    r"\b(?:back|return\w{0,3}|until|till|through|to|bis|zuruck|wieder|retour|reviens|jusqu|hasta|"
    r"vuelv\w{0,2}|regres\w{1,3}|rientr\w{1,4}|torn\w{1,3}|fino|ate|volt\w{1,3}|tot|terug|weer|do|"
    r"wracam|powrot|wroce|tilbage|tillbaka|zpet)\b"
)
_RETURN_REACH: Final = 60  # ours: characters between "back" and the date
_AWAY_DAYS_MAX: Final = 400  # ours: parental leave lasts a year; a later date is a mistake
_WEEKDAYS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "monday montag lundi lunes lunedi segunda maandag poniedzialek",
            "tuesday dienstag mardi martes martedi terca dinsdag wtorek",
            "wednesday mittwoch mercredi miercoles mercoledi quarta woensdag srode sroda",
            "thursday donnerstag jeudi jueves giovedi quinta donderdag czwartek",
            "friday freitag vendredi viernes venerdi sexta vrijdag piatek",
        )
    )
    for name in names.split()
}
_WEEKDAY: Final = re.compile(r"\b(?:" + "|".join(_WEEKDAYS) + r")\b")

_Found = Iterator[Span]


def spans_of(own: View, *, now: datetime) -> tuple[Span, ...]:
    """Return what stands in a text, first things first, at most SPANS_COUNT_MAX."""
    finders: tuple[Callable[[View], _Found], ...] = (
        _urls, _addresses, lambda v: _dates(v, today=now.date()), _money, _times, _phones,
          _questions,
    )  # fmt: skip
    found: list[Span] = []
    taken: list[tuple[int, int]] = []
    for finder in finders:
        count = 0
        for span in finder(own):
            overlaps = any(span.start < end and start < span.end for start, end in taken)
            if span.kind != "question" and overlaps:
                continue
            found.append(span)
            count += 1
            if span.kind != "question":
                taken.append((span.start, span.end))
            if count == _KIND_COUNT_MAX:
                break
    return tuple(sorted(found, key=lambda s: (s.start, s.end, s.kind))[:SPANS_COUNT_MAX])


def return_date(own: View, spans: tuple[Span, ...], *, now: datetime) -> str:
    """Return the last date that an absence notice names, when it lies ahead, or empty."""
    today = now.date()
    last = (today + timedelta(days=_AWAY_DAYS_MAX)).isoformat()
    near = [
        span.value
        for span in spans
        if span.kind == "date"
        and today.isoformat() <= span.value <= last
        and _RETURN.search(folded_text(own.source[max(0, span.start - _RETURN_REACH) : span.start]))
    ]
    return max(near, default="") or _weekday_after(own, today=today)


def _weekday_after(own: View, *, today: date) -> str:
    """Return the next day of the week that an absence names as its end, or empty."""
    for match in _WEEKDAY.finditer(own.latin):
        if _RETURN.search(own.latin[max(0, match.start() - _RETURN_REACH) : match.start()]):
            ahead = (_WEEKDAYS[match.group()] - today.weekday() - 1) % 7 + 1
            return (today + timedelta(days=ahead)).isoformat()
    return ""


def _span(view: View, kind: str, match: re.Match[str], value: str) -> Span:
    start, end = view.where(match.start(), match.end())
    return Span(kind=kind, start=start, end=end, value=value)


def _urls(view: View) -> _Found:
    for match in _URL.finditer(view.source):
        end = match.start() + len(match.group().rstrip(".,;:!?"))
        yield Span(kind="url", start=match.start(), end=end)


def _addresses(view: View) -> _Found:
    for match in _EMAIL.finditer(view.source):
        end = match.start() + len(match.group().rstrip(".-"))
        yield Span(kind="address", start=match.start(), end=end)


def _dates(view: View, *, today: date) -> _Found:
    for pattern in _DATES:
        for match in pattern.finditer(view.folded):
            value = _iso(match.groupdict(), today=today)
            if value:
                yield _span(view, "date", match, value)


def _iso(parts: dict[str, str | None], *, today: date) -> str:
    month, day = _month_day(parts)
    year = parts.get("y")
    try:
        if year is not None:
            number = int(year)
            full = number if number >= _YEAR_FULL_MIN else number + _CENTURY
            return date(full, month, day).isoformat()
        return _nearest(month, day, today=today).isoformat()
    except ValueError:
        return ""


def _month_day(parts: dict[str, str | None]) -> tuple[int, int]:
    """Read month and day; in a/b/year the larger one above twelve is the day, else day first."""
    name = parts.get("mn")
    if name is not None:
        return _MONTHS[name.rstrip(".")], int(parts.get("d") or 0)
    first, second = parts.get("a"), parts.get("b")
    if first is not None and second is not None:
        a, b = int(first), int(second)
        return (a, b) if b > 12 else (b, a)  # noqa: PLR2004 - months in a year
    return int(parts.get("m") or 0), int(parts.get("d") or 0)


def _nearest(month: int, day: int, *, today: date) -> date:
    try:
        candidate = date(today.year, month, day)
    except ValueError:
        return date(today.year + 1, month, day)
    if today - candidate > timedelta(days=_DAYS_BACK_MAX):
        return date(today.year + 1, month, day)
    return candidate


def _times(view: View) -> _Found:
    for match in _TIME.finditer(view.folded):
        hour = int(match.group("h"))
        minute = int(match.group("n") or match.group("n2") or match.group("n3") or 0)
        half = (match.group("ap") or match.group("ap2") or "").replace(".", "")
        if half and not 1 <= hour <= 12:  # noqa: PLR2004 - hours on a clock face
            continue
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0)
        yield _span(view, "time", match, f"{hour:02d}:{minute:02d}")


def _money(view: View) -> _Found:
    for match in _MONEY.finditer(view.folded):
        unit = match.group("u1") or match.group("u2") or ""
        number = match.group("n1") or match.group("n2") or ""
        scale = (match.group("k1") or match.group("k2") or "").strip()
        currency = _CURRENCY[unit]
        minor = minor_units(number, currency=currency) * {"k": 1_000, "m": 1_000_000}.get(scale, 1)
        if minor <= _AMOUNT_MINOR_MAX:
            yield _span(view, "money", match, f"{minor} {currency}")


def minor_units(number: str, *, currency: str) -> int:
    """Read a written number into minor units; a last mark before 1-2 digits is the decimal."""
    digits = _MINOR_DIGITS.get(currency, 2)
    decimal = re.search(r"[.,](\d{1,2})$", number)
    whole = number[: decimal.start()] if decimal else number
    fraction = decimal.group(1).ljust(2, "0") if decimal else "00"
    units = int("".join(c for c in whole if c in "0123456789") or "0")
    return units * 10**digits + (int(fraction) if digits else 0)


def _phones(view: View) -> _Found:
    for match in _PHONE.finditer(view.folded):
        raw = match.group()
        digits = "".join(c for c in raw if c in "0123456789")
        if not 7 <= len(digits) <= 15:  # noqa: PLR2004 - shortest local and longest E.164 number
            continue
        international = raw.lstrip("(").startswith("+") or digits.startswith("00")
        value = "+" + digits.removeprefix("00") if international else ""
        yield _span(view, "phone", match, value)


def _questions(view: View) -> _Found:
    for match in _QUESTION.finditer(view.source):
        lead = len(match.group()) - len(match.group().lstrip())
        if match.end() - match.start() - lead > 1:
            yield Span(kind="question", start=match.start() + lead, end=match.end())
