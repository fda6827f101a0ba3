"""Acts out one row of the file channels: imported as a person would, planned for, read back."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bailiwick.domain.fault import InputFault
from bailiwick.ports.intake import TEXT_KEY, ImportKind
from bench.redteam.booth import Booth, consent_all
from bench.redteam.corpus import Channel, Row, octets
from bench.redteam.counter import Imported
from bench.redteam.evidence import Evidence
from bench.redteam.harm import harm_of
from bench.redteam.mail_trial import DAYS, gather, state_of, treatment
from bench.redteam.memory import Stopwatch, growing_mb
from bench.redteam.rig import Pass, Rig
from bench.redteam.wiretap import listening
from bench.redteam.world import World

FIELD: Final = "field@import.example"
_STORED: Final = (
    "select name, city, description, domain, website from accounts",
    "select first_name, last_name, title, city from contacts",
    "select trim(first_name || ' ' || last_name), last_name || ', ' || first_name from contacts",
    "select target_key from pending_links",
)
"""Where an imported value can be; a full name may have been taken apart at its comma or space."""
_BENIGN: Final[Mapping[str, str]] = {
    "Account name:": "company",
    "Contact:": "name",
    "Domain:": "website",
    "Name:": "name",
}


def try_file(rig: Rig, row: Row, one: Pass, *, turn: int) -> Evidence:
    """Run a row of a file channel under one pass."""
    payload = octets(row, canary=rig.world.canary)
    harm = harm_of(row, payload, rig.world, turn=turn)
    seen = Evidence(sender=_subject(row, rig.world))
    with rig.open(one, harm) as booth:
        seen.before = booth.snapshot()
        watch = Stopwatch()
        with listening() as heard, growing_mb() as grown:
            reports = _import(booth, rig.ground.folder, row, payload, seen=seen)
            seen.seconds = watch.seconds()
        seen.rss_mb = grown[0]
        if one.granted:
            consent_all(booth)
        booth.all_due()
        with listening() as heard_later:
            seen.failures = booth.sweep().failures
            for days in DAYS:
                booth.later(days=days)
                seen.failures = (*seen.failures, *booth.sweep().failures)
        seen.heard = (*heard, *heard_later)
        gather(booth, seen, served=rig.server.served)
        seen.unstored = _altered(booth, row, payload, reports, seen=seen)
        seen.treatment = treatment(booth)
        seen.state = state_of(booth, seen.sender)
    return seen


def _import(
    booth: Booth, folder: Path, row: Row, payload: bytes, *, seen: Evidence
) -> tuple[Imported, ...]:
    reports: list[Imported] = []
    for number, (kind, content) in enumerate(_files(row, payload)):
        path = folder / f"{row.id}-{number}.csv"
        path.write_bytes(content)
        try:
            report = booth.import_file(path, kind=kind)
        except InputFault as fault:
            seen.refused_input = str(fault)[:200]
        else:
            reports.append(report)
            seen.refused_input = seen.refused_input or "; ".join(report.reasons)
        for left in folder.glob(f"{row.id}-{number}*.csv"):
            left.unlink()
    return tuple(reports)


def _files(row: Row, payload: bytes) -> tuple[tuple[ImportKind | None, bytes], ...]:
    """Return the files that bring a payload in: its own, or ones with it in every field."""
    if row.channel is Channel.CSV:
        return ((None, payload),)
    value = payload.decode("utf-8")
    for prefix, header in _BENIGN.items():
        if row.is_benign and value.startswith(prefix):
            text = value.removeprefix(prefix).strip()
            return (_benign_file(header, text),)
    accounts = _csv({"name": value, "city": value, "description": value})
    if row.oracle.expect.startswith("rejected"):
        return ((ImportKind.ACCOUNTS, accounts),)
    contacts = _csv(
        {
            "email": FIELD, "first name": value, "last name": value, "title": value,
            "city": value, "company": value,
        }
    )  # fmt: skip
    addressed = _csv({"email": value, "first name": "Field"})
    return (
        (ImportKind.ACCOUNTS, accounts),
        (ImportKind.CONTACTS, contacts),
        (ImportKind.CONTACTS, addressed),
    )


def _benign_file(header: str, text: str) -> tuple[ImportKind, bytes]:
    if header == "company":
        return ImportKind.ACCOUNTS, _csv({"name": text, "domain": "benign.example"})
    if header == "website":
        return ImportKind.ACCOUNTS, _csv({"name": "Benign", "domain": text.partition(" ")[0]})
    return ImportKind.CONTACTS, _csv({"email": FIELD, "name": text})


def _csv(fields: Mapping[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(fields)
    writer.writerow(fields.values())
    return out.getvalue().encode("utf-8")


def _altered(
    booth: Booth, row: Row, payload: bytes, reports: tuple[Imported, ...], *, seen: Evidence
) -> tuple[str, ...]:
    """Return values that are neither stored as they came nor told to be left out."""
    stored = _values(booth)
    lost: list[str] = []
    for _, content in _files(row, payload):
        for name, value in _cells(content):
            if value and value not in stored and not _told(name, reports, seen):
                lost.append(f"{name} of {len(value)} characters")
    if row.oracle.expect.startswith("rejected"):
        seen.read_back = tuple(v for v in (payload.decode("utf-8"),) if v in stored)
        return ()
    if row.oracle.roundtrip or row.is_benign:
        return tuple(lost)
    return ()


def _cells(content: bytes) -> list[tuple[str, str]]:
    if len(content) > csv.field_size_limit():
        return []  # a field of this length is meant to be refused, which another check looks at
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"))))
    header = rows[0] if rows else []
    return [
        (name, value)
        for cells in rows[1:]
        for name, value in zip(header, cells, strict=False)
        if name != "email"
    ]


def _told(name: str, reports: tuple[Imported, ...], seen: Evidence) -> bool:
    """Tell whether the report says that this column or its row was not taken."""
    unread = any(name in report.unread for report in reports)
    rejected = any(report.rejected_count for report in reports)
    return unread or rejected or "left out" in seen.refused_input


def _values(booth: Booth) -> frozenset[str]:
    found: set[str] = set()
    for query in _STORED:
        for cells in booth.rows(query):
            found.update(str(cell).removeprefix(TEXT_KEY) for cell in cells if cell is not None)
    return frozenset(found)


def _subject(row: Row, world: World) -> str:
    found = next((c.email for c in world.tenant_1.contacts if c.do_not_contact), FIELD)
    return found if row.category == "optout" else FIELD
