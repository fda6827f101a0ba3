"""Finds which column is which field, from dictionaries of what each system calls its columns.

The guess is shown before anything is written, with how sure it is; `--map FIELD=COLUMN` overrides.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from bailiwick.connectors.csv_export.fault import UnableToReadExport
from bailiwick.connectors.csv_export.headers import (
    espocrm,
    frappe,
    hubspot,
    odoo,
    plain,
    salesforce,
    twenty,
)
from bailiwick.ports.intake import ImportKind
from bailiwick.ports.intake_files import MappedColumn

EXACT_PERMILLE: Final = 1000
PLAIN_PERMILLE: Final = 900
FUZZY_PERMILLE: Final = 700
FUZZY_CUTOFF: Final = 0.88  # ours: "emial" and "e-mails" fit "email", "title" does not fit "tel"
FUZZY_LENGTH_MIN: Final = 3  # ours: shorter words resemble too many others
COLUMNS_COUNT_MAX: Final = 1000  # ours: twice the widest export seen
SYSTEMS: Final[Mapping[str, tuple[frozenset[str], Mapping[ImportKind, str]]]] = {
    "hubspot": (hubspot.SIGNATURES, hubspot.COLUMNS),
    "salesforce": (salesforce.SIGNATURES, salesforce.COLUMNS),
    "twenty": (twenty.SIGNATURES, twenty.COLUMNS),
    "espocrm": (espocrm.SIGNATURES, espocrm.COLUMNS),
    "frappe": (frappe.SIGNATURES, frappe.COLUMNS),
    "odoo": (odoo.SIGNATURES, odoo.COLUMNS),
    "plain": (plain.SIGNATURES, plain.COLUMNS),
}
REQUIRED: Final[Mapping[ImportKind, frozenset[str]]] = {
    ImportKind.ACCOUNTS: frozenset({"name", "domain", "website"}),
    ImportKind.PRODUCTS: frozenset({"name", "sku"}),
    ImportKind.CONTACTS: frozenset({"email", "first_name", "last_name", "full_name"}),
    ImportKind.LEADS: frozenset({"email", "name", "first_name", "last_name"}),
    ImportKind.DEALS: frozenset({"name"}),
    ImportKind.ACTIVITIES: frozenset({"subject", "activity_kind"}),
}
"""At least one of these identifies a row of the kind."""
TELLING: Final[Mapping[ImportKind, frozenset[str]]] = {
    ImportKind.ACCOUNTS: frozenset({"domain", "website", "employees", "industry"}),
    ImportKind.PRODUCTS: frozenset({"sku"}),
    ImportKind.CONTACTS: frozenset({"email", "first_name", "last_name", "title"}),
    ImportKind.LEADS: frozenset({"company", "source", "status"}),
    ImportKind.DEALS: frozenset({"stage", "close_on", "amount"}),
    ImportKind.ACTIVITIES: frozenset({"activity_kind", "subject", "at"}),
}
"""Fields that tell one kind from another."""
_NAMED: Final[Mapping[ImportKind, frozenset[str]]] = {
    ImportKind.ACCOUNTS: frozenset({"companyname", "companydomainname", "accountname"}),
    ImportKind.PRODUCTS: frozenset({"productname", "productcode", "itemcode", "sku"}),
    ImportKind.CONTACTS: frozenset({"recordidcontact", "contactid", "jobtitle"}),
    ImportKind.LEADS: frozenset({"leadid", "leadname", "leadstatus", "leadsource"}),
    ImportKind.DEALS: frozenset({"dealname", "opportunityname", "dealstage", "stagename"}),
    ImportKind.ACTIVITIES: frozenset({"activitytype", "activitydate", "engagementid"}),
}
"""Headers that name their kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMapping:
    """What a file is and which of its columns are read."""

    system: str
    kind: ImportKind
    columns: tuple[MappedColumn, ...]
    unread: tuple[str, ...]
    """Headers of columns that are not imported."""
    stages: tuple[tuple[str, int], ...] = ()
    """Stage names and the columns that say when they were reached."""


def header_key(header: str) -> str:
    """Return the form in which headers are compared: letters and digits, without accents."""
    decomposed = unicodedata.normalize("NFKD", header.casefold())
    return "".join(c for c in decomposed if c.isalnum())


@lru_cache(maxsize=64)  # seven systems of up to six kinds
def dictionary(system: str, kind: ImportKind) -> Mapping[str, tuple[str, int]]:
    """Return header key to field and its rank, as one system names them."""
    columns = SYSTEMS[system][1].get(kind)
    result: dict[str, tuple[str, int]] = {}
    if columns is None:
        return result
    joined: list[str] = []
    for line in columns.strip("\n").rstrip().split("\n"):
        if line.startswith("            "):
            joined[-1] += line
        else:
            joined.append(line)
    for line in joined:
        field, _, names = line.partition(":")
        for rank, name in enumerate(names.split("|")):
            result.setdefault(header_key(name), (field.strip(), rank))
    return result


def detect(
    header: Sequence[str],
    *,
    kind: ImportKind | None = None,
    system: str | None = None,
    overrides: Mapping[str, str] | None = None,
) -> FileMapping:
    """Say what a file with this header is.

    Raises UnableToReadExport when no kind fits, or an override names no field or no column.
    """
    keys = [header_key(name) for name in header]
    systems = [system] if system else list(SYSTEMS)
    kinds = [kind] if kind else list(ImportKind)
    said = frozenset(overrides or {})
    kinds = [fitting for fitting in kinds if said <= fields_of(fitting)] or kinds
    best = max(
        (
            (_score(keys, name, candidate, said), -place, name, candidate)
            for place, name in enumerate(systems)
            for candidate in kinds
        ),
        key=lambda entry: entry[:2],
    )
    score, _, chosen_system, chosen_kind = best
    columns = _columns(header, keys, chosen_system, chosen_kind)
    columns = _overridden(columns, header, chosen_kind, overrides or {})
    named = {column.field for column in columns}
    if not named & REQUIRED[chosen_kind] or (score <= 0 and not overrides):
        message = (
            f"no column of {list(header)[:12]!r} identifies {chosen_kind.value}; "
            "say what the file holds with --kind and name a column with --map FIELD=COLUMN"
        )
        raise UnableToReadExport(message)
    used = {column.column for column in columns}
    stages = _stage_columns(header, used) if chosen_kind is ImportKind.DEALS else ()
    used |= {column for _, column in stages}
    return FileMapping(
        system=chosen_system,
        kind=chosen_kind,
        columns=columns,
        unread=tuple(name for at, name in enumerate(header) if at not in used),
        stages=stages,
    )


def fields_of(kind: ImportKind) -> frozenset[str]:
    """Return the fields that a column of this kind can be read as."""
    return frozenset(
        field for name in SYSTEMS for field, _ in dictionary(name, kind).values()
    ) | frozenset({"external_id"})


def _score(keys: Sequence[str], system: str, kind: ImportKind, said: frozenset[str]) -> float:
    known = dictionary(system, kind)
    if not known:
        return -1.0
    fields = {known[key][0] for key in keys if key in known} | said
    if system == "plain":
        fields |= {near for key in keys if key not in known and (near := _near(key, known))}
    if not fields & REQUIRED[kind]:
        return 0.0
    signatures = SYSTEMS[system][0]
    signed = sum(1 for key in keys if key in signatures)
    named = sum(1 for key in keys if key in _NAMED[kind])
    # A plain spreadsheet fits almost any header a little; only a system's own words outweigh it.
    own = 2.0 * signed if system != "plain" else 0.5
    if system != "plain" and not signed:
        own = -2.0
    return len(fields) + 1.5 * len(fields & TELLING[kind]) + own + named


def _columns(
    header: Sequence[str], keys: Sequence[str], system: str, kind: ImportKind
) -> tuple[MappedColumn, ...]:
    own, common = dictionary(system, kind), dictionary("plain", kind)
    best: dict[str, tuple[int, int, MappedColumn]] = {}
    for at, key in enumerate(keys):
        found, confidence = own.get(key), EXACT_PERMILLE
        if found is None:
            found, confidence = common.get(key), PLAIN_PERMILLE
        if found is None and (near := _near(key, common)):
            found, confidence = (near, len(common)), FUZZY_PERMILLE
        if found is None:
            continue
        field, rank = found
        column = MappedColumn(
            field=field, column=at, header=header[at], confidence_permille=confidence
        )
        entry = (-confidence, rank, column)
        if field not in best or entry[:2] < best[field][:2]:
            best[field] = entry
    return tuple(sorted((e[2] for e in best.values()), key=lambda column: column.column))


def _near(key: str, known: Mapping[str, tuple[str, int]]) -> str | None:
    """Return the field whose name a misspelt header resembles."""
    if len(key) <= FUZZY_LENGTH_MIN:
        return None
    close = get_close_matches(key, known, n=1, cutoff=FUZZY_CUTOFF)
    return known[close[0]][0] if close else None


def _overridden(
    columns: tuple[MappedColumn, ...],
    header: Sequence[str],
    kind: ImportKind,
    overrides: Mapping[str, str],
) -> tuple[MappedColumn, ...]:
    chosen = {column.field: column for column in columns}
    allowed = fields_of(kind)
    for field, name in overrides.items():
        if field not in allowed:
            message = f"--map names no field {field!r} of {kind.value}; fields: {sorted(allowed)}"
            raise UnableToReadExport(message)
        if name not in header:
            message = f"--map names no column {name!r}; columns: {list(header)[:50]!r}"
            raise UnableToReadExport(message)
        at = list(header).index(name)
        chosen = {f: c for f, c in chosen.items() if c.column != at}
        chosen[field] = MappedColumn(
            field=field, column=at, header=name, confidence_permille=EXACT_PERMILLE
        )
    return tuple(sorted(chosen.values(), key=lambda column: column.column))


def _stage_columns(header: Sequence[str], used: set[int]) -> tuple[tuple[str, int], ...]:
    """Find columns such as `Date entered "Qualified (Sales Pipeline)"`."""
    found: list[tuple[str, int]] = []
    for at, name in enumerate(header):
        words = name.strip()
        if at in used or not words.casefold().startswith("date entered"):
            continue
        stage = words[len("date entered") :].strip().strip("\"'“”")
        stage = stage.rpartition("(")[0].strip() if stage.endswith(")") else stage
        if stage:
            found.append((stage, at))
    return tuple(found)
