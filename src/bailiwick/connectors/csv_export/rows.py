"""Builds typed rows from the cells of a file; this is the hot path of an import.

A value that identifies a row or carries money and is not readable rejects the row. Any other value
that is not readable is left out and counted, so that a bad phone number costs no contact.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bailiwick.connectors.csv_export import number
from bailiwick.connectors.csv_export.cells import (
    CellReader,
    RowRejected,
    address_of,
    first_of,
    folded_name,
    host_of,
    last_key,
)
from bailiwick.connectors.csv_export.date import moment_of
from bailiwick.connectors.csv_export.sniffing import Preview
from bailiwick.kit.hashing import digest
from bailiwick.ports.intake import (
    Flags,
    ImportKind,
    IntakeRow,
    Link,
    Value,
)

TEXT_LENGTH_MAX: Final = 1_000  # ours: far beyond any name, title or place
NOTE_LENGTH_MAX: Final = 100_000  # ours: below the 131,072 of the csv module
NOTE_FIELDS: Final = frozenset({"description", "note"})
FLAG_FIELDS: Final = ("do_not_contact", "unsubscribed", "bounced", "subscribed")


class RowBuilder(CellReader):
    """Reads the cells of one file. `omitted` counts values that were left out, by field."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(preview)
        self._at = {column.field: column.column for column in preview.mapping.columns}
        self._width = len(preview.header)
        self._noted = frozenset(self._at[field] for field in NOTE_FIELDS if field in self._at)
        self._build: Mapping[ImportKind, Callable[[dict[str, str]], IntakeRow]] = {
            ImportKind.ACCOUNTS: self._account,
            ImportKind.CONTACTS: self._contact,
            ImportKind.LEADS: self._lead,
            ImportKind.DEALS: self._deal,
            ImportKind.PRODUCTS: self._product,
            ImportKind.ACTIVITIES: self._activity,
        }
        self._kind = preview.mapping.kind
        fields = {place: field for field, place in self._at.items()}
        self._fields = tuple(fields.get(place, "") for place in range(self._width))
        self._flags = any(field in self._at for field in FLAG_FIELDS)

    def row(self, line: int, cells: Sequence[str]) -> tuple[ImportKind, IntakeRow]:
        """Return what a row says.

        Raises RowRejected with the reason.
        """
        self._line = line
        if len(cells) != self._width:
            self._check_width(cells)
        self._check_text(cells)
        given = {
            field: cell
            for field, cell in zip(self._fields, cells, strict=False)  # wider: only blank cells
            if cell and field and not cell.isspace()
        }
        if not given:
            message = "no mapped column of the row has a value"
            raise RowRejected(message)
        kind = self._kind
        if kind is ImportKind.CONTACTS and "is_company" in given:
            company = given.pop("is_company")
            if company.casefold() == "company" or number.truth(company):
                kind = ImportKind.ACCOUNTS
                given["name"] = given.pop("full_name", "")
        row = self._build[kind](given)
        if self._preview.mapping.stages and kind is ImportKind.DEALS:
            row = row._replace(stages=self._moves(cells))
        return kind, row

    def _check_width(self, cells: Sequence[str]) -> None:
        extra = cells[self._width :]
        if len(cells) < self._width or any(cell.strip() for cell in extra):
            message = f"the row has {len(cells)} cells, the header {self._width}"
            raise RowRejected(message)

    def _check_text(self, cells: Sequence[str]) -> None:
        text = "".join(cells)
        if not text.isascii() and not text.isprintable():
            try:
                text.encode()
            except UnicodeEncodeError:
                message = f"the row holds bytes that are no {self._preview.text.encoding}"
                raise RowRejected(message) from None
            if "\ufffd" in text:
                message = "the row holds characters that were lost in an earlier conversion"
                raise RowRejected(message)
        if len(text) <= TEXT_LENGTH_MAX:
            return
        for place, cell in enumerate(cells[: self._width]):
            limit = NOTE_LENGTH_MAX if place in self._noted else TEXT_LENGTH_MAX
            if len(cell) > limit and place in self._at.values():
                name = self._preview.header[place][:50]
                message = f"column {name!r} has {len(cell)} characters; at most {limit} are kept"
                raise RowRejected(message)

    def _contact(self, given: dict[str, str]) -> IntakeRow:
        addresses = self._addresses(given)
        first, last = given.get("first_name", ""), given.get("last_name", "")
        if not first and not last and "full_name" in given:
            first, last = split_name(given["full_name"])
        name = folded_name(f"{first} {last}") if first or last else ""
        link = self._account_link(given)
        identity = given.get("external_id", "").strip()
        if not identity:
            if addresses:
                identity = f"~address:{addresses[0]}"
            elif name:
                where = last_key(link)
                identity = f"~name:{name}|{where}"
        # With an id of the other system alone, a known contact may still be told something.
        if not identity:
            message = "the row has neither an address nor a name"
            raise RowRejected(message)
        country = self._country(given)
        return IntakeRow(
            line=self._line,
            identity=identity,
            values=(
                first,
                last,
                given.get("title", ""),
                self._phone(given, country),
                country,
                given.get("city", ""),
                given.get("timezone", ""),
                given.get("language", ""),
                given.get("lifecycle", ""),
                self._owner(given),
            ),
            folded=name,
            addresses=addresses,
            flags=self._flagged(given) if self._flags else Flags(),
            links=(link,) if link else (),
            created_at=self._instant(given, "created_at"),
        )

    def _account(self, given: dict[str, str]) -> IntakeRow:
        name = given.get("name", "")
        compared = folded_name(name) if name else ""
        host = host_of(given.get("domain", "")) or host_of(given.get("website", ""))
        if not compared and not host:
            message = "the row has neither a name nor a domain"
            raise RowRejected(message)
        identity = given.get("external_id", "").strip() or (
            f"~domain:{host}" if host else f"~name:{compared}"
        )
        employees = given.get("employees")
        count = None if employees is None else number.whole_number(employees)
        if employees is not None and count is None:
            self._omit("employees")
        return IntakeRow(
            line=self._line,
            identity=identity,
            values=(
                name or host,
                host,
                given.get("industry", ""),
                count,
                self._country(given),
                given.get("city", ""),
                given.get("website", ""),
                given.get("description", ""),
                self._owner(given),
            ),
            folded=compared or host,
            created_at=self._instant(given, "created_at"),
        )

    def _lead(self, given: dict[str, str]) -> IntakeRow:
        parts = (given.get("first_name", ""), given.get("last_name", ""))
        name = given.get("name", "") or " ".join(part for part in parts if part)
        compared = folded_name(name) if name else ""
        text = given.get("email")
        address = "" if text is None else address_of(text)
        if address is None:
            message = "the e-mail address is not valid"
            raise RowRejected(message)
        if not address and not compared:
            message = "the row has neither an address nor a name"
            raise RowRejected(message)
        company = given.get("company", "")
        own = f"~address:{address}" if address else f"~name:{compared}|{folded_name(company)}"
        return IntakeRow(
            line=self._line,
            identity=given.get("external_id", "").strip() or own,
            values=(
                name,
                company,
                address,
                self._phone(given, self._country(given)),
                given.get("source", ""),
                given.get("status", ""),
            ),
            folded=compared,
            created_at=self._instant(given, "created_at"),
        )

    def _deal(self, given: dict[str, str]) -> IntakeRow:
        name = given.get("name", "")
        account = self._account_link(given)
        identity = given.get("external_id", "").strip()
        if not folded_name(name):
            if not identity:
                message = "the deal has no name"
                raise RowRejected(message)
            name = identity
        amount, currency = self._money(given)
        close_on = ""
        if "close_on" in given:
            moment = moment_of(given["close_on"].strip(), self._order)
            if moment is None:
                message = "the close date is not readable"
                raise RowRejected(message)
            close_on = moment.date().isoformat()
        stage = given.get("stage", "")
        won = self._answer(given, "won")
        closed = self._answer(given, "closed")
        if "won" not in self._at and "closed" not in self._at:
            won, closed = _outcome(stage)
        where = last_key(account)
        contact = self._contact_link(given)
        return IntakeRow(
            line=self._line,
            identity=identity or f"~name:{folded_name(name)}|{where}",
            values=(
                name, stage, amount, currency, close_on, closed, won, self._owner(given),
            ),
            folded="",
            links=tuple(link for link in (account, contact) if link),
            created_at=self._instant(given, "created_at"),
        )  # fmt: skip

    def _product(self, given: dict[str, str]) -> IntakeRow:
        name, sku = given.get("name", ""), given.get("sku", "").strip()
        compared = folded_name(name) if name else ""
        if not compared and not sku:
            message = "the product has neither a name nor a number"
            raise RowRejected(message)
        price, currency = self._money(given)
        own = f"~sku:{sku}" if sku else f"~name:{compared}"
        return IntakeRow(
            line=self._line,
            identity=given.get("external_id", "").strip() or own,
            values=(name or sku, sku, price, currency),
            folded=compared or folded_name(sku),
        )

    def _activity(self, given: dict[str, str]) -> IntakeRow:
        links = [self._contact_link(given), self._account_link(given)]
        if text := given.get("deal_id"):
            key = f"id:{first_of(text)}"
            links.append(Link("opportunity_id", ImportKind.DEALS, (key,)))
        present = tuple(link for link in links if link)
        values: tuple[Value, ...] = (
            given.get("activity_kind", "").strip().casefold() or "note",
            given.get("subject", ""),
            given.get("note", ""),
            self._instant(given, "at"),
        )
        identity = given.get("external_id", "").strip()
        if not identity:
            said = [*values, *(key for link in present for key in link.keys)]
            identity = f"~said:{digest(said)[:32]}"
        return IntakeRow(
            line=self._line, identity=identity, values=values, folded="", links=present
        )


def split_name(name: str) -> tuple[str, str]:
    """Return first and last name: `Last, First` is turned round, the last word is the last name."""
    last, comma, first = name.partition(",")
    if comma and first.strip() and last.strip():
        return first.strip(), last.strip()
    first, _, last = name.strip().rpartition(" ")
    return (first, last) if first else (name, "")


def _outcome(stage: str) -> tuple[bool | None, bool | None]:
    """Return won and closed as the usual names of last stages say."""
    words = "".join(c for c in stage.casefold() if c.isalpha())
    if words in {"closedwon", "won", "gewonnen", "gagne", "ganado"}:
        return True, True
    if words in {"closedlost", "lost", "verloren", "perdu", "perdido"}:
        return False, True
    return None, None
