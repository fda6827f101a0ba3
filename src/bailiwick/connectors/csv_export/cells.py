"""Reads single cells into typed values; what cannot be read is left out and counted."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from bailiwick.connectors.csv_export import number
from bailiwick.connectors.csv_export.date import instant_microseconds
from bailiwick.connectors.csv_export.phone import phone_number
from bailiwick.connectors.csv_export.sniffing import Preview
from bailiwick.domain.country import country_code
from bailiwick.domain.currency import MINOR_DIGITS, MINOR_DIGITS_USUAL
from bailiwick.domain.mail_address import normalised
from bailiwick.kit.text import folded
from bailiwick.ports.intake import (
    ADDRESSES_COUNT_MAX,
    TEXT_KEY,
    Flags,
    ImportKind,
    Link,
    StageMove,
)

PLAIN_LENGTH_MAX: Final = 64  # RFC 5321: no part of an address this short is too long
_PLAIN_ADDRESS: Final = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}", re.ASCII
)


class RowRejected(Exception):
    """The row cannot be stored; `str()` is the reason."""


def folded_name(text: str) -> str:
    """Return `kit.text.folded` of a name; a test holds the short way to it."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()).lower()
    return folded(text)


class CellReader:
    """Reads the cells of one file. `omitted` counts values that were left out, by field."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview
        self._order = preview.date_order
        self._region = preview.options.region
        self._line = 0
        self.omitted: dict[str, tuple[int, int]] = {}
        """Field to how many, and the line of the first."""

    def _omit(self, field: str) -> None:
        count, first = self.omitted.get(field, (0, self._line))
        self.omitted[field] = (count + 1, first)

    def _instant(self, given: Mapping[str, str], field: str) -> int | None:
        text = given.get(field)
        if text is None:
            return None
        at = instant_microseconds(text, self._order)
        if at is None:
            self._omit(field)
        return at

    def _phone(self, given: Mapping[str, str], country: str) -> str:
        for field in ("phone", "mobile"):
            text = given.get(field)
            if text is None:
                continue
            prefix = given.get("phone_prefix", "")
            found = phone_number(f"{prefix}{text}".strip(), country or self._region)
            if found is not None:
                return found
            self._omit(field)
        return ""

    def _country(self, given: Mapping[str, str]) -> str:
        text = given.get("country")
        if text is None:
            return ""
        code = _country(text)
        if code is None:
            self._omit("country")
            return ""
        return code

    def _owner(self, given: Mapping[str, str]) -> str:
        text = given.get("owner_email")
        if text is None:
            return ""
        address = owner_address(text)
        if address is None:
            self._omit("owner_email")
            return ""
        return address

    def _flagged(self, given: Mapping[str, str]) -> Flags:
        """Read the reasons not to write. A cell that says neither yes nor no counts as yes."""
        get = given.get
        return _flags(get("do_not_contact"), get("bounced"), get("unsubscribed"), get("subscribed"))

    def _account_link(self, given: Mapping[str, str]) -> Link | None:
        get = given.get
        return _account_link(get("account_id"), get("account_domain"), get("account_name"))

    def _contact_link(self, given: Mapping[str, str]) -> Link | None:
        keys: list[str] = []
        if text := given.get("contact_id"):
            keys.append(f"id:{first_of(text)}")
        if text := given.get("contact_email"):
            address = address_of(first_of(text))
            if address is None:
                self._omit("contact_email")
            else:
                keys.append(f"address:{address}")
        return Link("contact_id", ImportKind.CONTACTS, tuple(keys)) if keys else None

    def _addresses(self, given: Mapping[str, str]) -> tuple[str, ...]:
        text = given.get("email")
        more = given.get("more_emails")
        if text is not None and more is None:
            address = address_of(text)
            if address is not None:
                return (address,)
        found: dict[str, None] = {}
        for field, cell in (("email", text), ("more_emails", more)):
            if cell is None:
                continue
            for part in cell.replace(",", ";").replace("\n", ";").split(";"):
                if not part.strip():
                    continue
                address = address_of(part)
                if address is not None:
                    found[address] = None
                elif field == "email":
                    message = "the e-mail address is not valid"
                    raise RowRejected(message)
                else:
                    self._omit(field)
        if len(found) > ADDRESSES_COUNT_MAX:
            message = f"the row has {len(found)} addresses; at most {ADDRESSES_COUNT_MAX} are kept"
            raise RowRejected(message)
        return tuple(found)

    def _money(self, given: Mapping[str, str]) -> tuple[int | None, str]:
        currency = given.get("currency", "").strip().upper() or self._preview.options.currency
        if "amount_micros" in given and "amount" not in given:
            micros = given["amount_micros"].strip()
            if not micros.isdecimal() or len(micros) > number.DIGITS_COUNT_MAX:
                message = "the amount is not readable"
                raise RowRejected(message)
            digits = MINOR_DIGITS.get(currency, MINOR_DIGITS_USUAL)
            return int(micros) // 10 ** (6 - digits), currency
        text = given.get("amount")
        if text is None:
            return None, currency
        amount = number.amount_minor(text, self._preview.decimal, currency)
        if amount is None:
            message = "the amount is not readable"
            raise RowRejected(message)
        return amount

    def _answer(self, given: Mapping[str, str], field: str) -> bool | None:
        text = given.get(field)
        if text is None:
            return None
        answer = number.truth(text)
        if answer is None:
            self._omit(field)
        return answer

    def _moves(self, cells: Sequence[str]) -> tuple[StageMove, ...]:
        moves: list[StageMove] = []
        for stage, place in self._preview.mapping.stages:
            text = cells[place] if place < len(cells) else ""
            if not text.strip():
                continue
            at = instant_microseconds(text, self._order)
            if at is None:
                self._omit("stage history")
            else:
                moves.append(StageMove(stage, at))
        return tuple(moves)


@lru_cache(maxsize=1024)  # yes, no and empty in four columns, in a few spellings
def _flags(
    do_not_contact: str | None,
    bounced: str | None,
    unsubscribed: str | None,
    subscribed: str | None,
) -> Flags:
    stopped, dead, out = (
        text is not None and number.truth(text) is not False
        for text in (do_not_contact, bounced, unsubscribed)
    )
    refused = subscribed is not None and number.truth(subscribed) is False
    return Flags(do_not_contact=stopped, bounced=dead, unsubscribed=out or refused)


@lru_cache(maxsize=65_536)  # companies repeat over their contacts; some 40 MB when full
def _account_link(identity: str | None, domain: str | None, named: str | None) -> Link | None:
    keys: list[str] = []
    if identity:
        keys.append(f"id:{first_of(identity)}")
    if domain:
        host = host_of(domain)
        if host:
            keys.append(f"domain:{host}")
    if named:
        name = folded_name(named)
        if name:
            keys.append(f"name:{name}")
            keys.append(f"{TEXT_KEY}{named}")
    return Link("account_id", ImportKind.ACCOUNTS, tuple(keys)) if keys else None


def last_key(link: Link | None) -> str:
    """Return the most general key that a reference is resolved by, or empty."""
    if link is None:
        return ""
    return next((key for key in reversed(link.keys) if not key.startswith(TEXT_KEY)), "")


def first_of(cell: str) -> str:
    """Return the first of several ids or addresses in a cell."""
    return cell.replace(",", ";").partition(";")[0].strip()


@lru_cache(maxsize=1024)  # more spellings than there are countries
def _country(text: str) -> str | None:
    return country_code(text)


def address_of(text: str) -> str | None:
    """Return the normalised address, or None.

    The common shape is its own normal form once it is lower case, so the grammar is not asked; a
    property test holds the two together.
    """
    if len(text) <= PLAIN_LENGTH_MAX and text.isascii():
        plain = text.strip(" \t\r\n").lower()
        if _PLAIN_ADDRESS.fullmatch(plain):
            return plain
    return normalised(text)


@lru_cache(maxsize=4096)  # more owners than a workspace has people
def owner_address(text: str) -> str | None:
    """Return the normalised address of an owner, or None when the cell holds a name."""
    return address_of(text)


@lru_cache(maxsize=16_384)  # companies repeat over their contacts
def host_of(text: str) -> str:
    """Return the host of a web address or domain, without `www.`; empty when it is none."""
    host = text.strip().casefold()
    _, scheme, rest = host.partition("://")
    host = (rest if scheme else host).partition("/")[0].partition("?")[0].partition(":")[0]
    host = host.removeprefix("www.").rstrip(".")
    address = normalised(f"x@{host}")
    return "" if address is None else address[2:]
