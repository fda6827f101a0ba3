"""Erasing a person and giving out what is held, from their parts."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from bailiwick.domain.fault import InputFault
from bailiwick.engine.erasing import Erased, Erasing, ErasurePlan, record_export
from bailiwick.kit.narrowing import is_mapping, is_sequence
from bailiwick.ports.care import BackupKept
from bailiwick.store.care.compaction import leave_nothing
from bailiwick.store.care.disclosure import disclosed, raw_mails
from bailiwick.store.care.person import held_on
from bailiwick.store.care.persons import SqlPersons, erasures, touched
from bailiwick.wiring.care import backups_kept
from bailiwick.wiring.erasure_list import add_erasures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick.domain.ids import ContactId, PersonId
    from bailiwick.kit.paging import Page
    from bailiwick.ports.care import Holding
    from bailiwick.store.unit import SqlUnit
    from bailiwick.wiring.application import Application


class UnableToExportPerson(InputFault):
    """Nothing is held on the person, or the archive cannot be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureMade:
    """What an erasure came to, and what it could not reach."""

    erased: Erased
    remains: tuple[str, ...]
    """Where the database could not be made to forget, in words."""
    backups: tuple[BackupKept, ...]
    """Backups of before that still hold the person, and until when."""


def erasing(application: "Application") -> Erasing:
    """Return what erases persons of the application's workspace."""
    return Erasing(
        units=application.units,
        persons=SqlPersons(),
        clock=application.clock,
        copies=(application.threads, application.kept_answers),
    )


def plan_erasure(
    application: "Application", contact_id: "ContactId", *, person_id: "PersonId"
) -> tuple[ErasurePlan, tuple[BackupKept, ...]]:
    """Count what would go, and name the backups that would still hold it. Raises InputFault."""
    plan = erasing(application).plan(contact_id, person_id=person_id)
    return plan, tuple(backups_kept(application))


def erase_person(
    application: "Application", contact_id: "ContactId", *, person_id: "PersonId", reason: str
) -> ErasureMade:
    """Erase a person and leave no byte in the database's files. Raises InputFault.

    Done again, it finishes what a crash or a full disk left undone after the rows were gone.
    """
    application.observation.flush()  # else spans of before come in afterwards
    erased = erasing(application).erase(contact_id, person_id=person_id, reason=reason)
    with application.units.read() as unit:
        add_erasures(application.settings, SqlPersons.all_past(unit))
    tables = touched(erased.counts) if erased.counts else ()  # all: what it was is not known
    remains = leave_nothing(application.database, tables)
    return ErasureMade(erased=erased, remains=remains, backups=tuple(backups_kept(application)))


def export_person(
    application: "Application", contact_id: "ContactId", path: Path, *, person_id: "PersonId"
) -> dict[str, int]:
    """Write everything held on a person to a new archive; returns how many rows, by table.

    The archive holds `person.json` (all of it), `person.txt` (to read) and each mail as it was.
    Raises InputFault when nothing is held or the file is there already.
    """
    with application.units.write() as unit:
        holding, content = _disclosed(application, unit, contact_id, person_id=person_id)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
                archive.writestr("person.json", json.dumps(content, ensure_ascii=False, indent=2))
                archive.writestr("person.txt", _readable(content))
                for message_id, raw in raw_mails(unit, holding):
                    archive.writestr(f"mail/{message_id}.eml", raw)
        except OSError as error:
            message = f"the export cannot be written to {path}: {error.strerror}"
            raise UnableToExportPerson(message) from error
        unit.commit()
    return holding.counts


def disclose_person(
    application: "Application", contact_id: "ContactId", *, person_id: "PersonId"
) -> dict[str, object]:
    """Return everything held on a person, without the mails' bytes; it is recorded.

    Raises InputFault when nothing is held.
    """
    with application.units.write() as unit:
        _, content = _disclosed(application, unit, contact_id, person_id=person_id)
        unit.commit()
    return content


def past_erasures(
    application: "Application", *, cursor: str | None, size: int
) -> "Page[Mapping[str, object]]":
    """Return a page of erasures, newest first."""
    with application.units.read() as unit:
        return erasures(unit.scope, cursor=cursor, size=size)


def _disclosed(
    application: "Application", unit: "SqlUnit", contact_id: "ContactId", *, person_id: "PersonId"
) -> "tuple[Holding, dict[str, object]]":
    record_export(unit, contact_id, by=person_id, clock=application.clock)
    holding = held_on(unit.scope, contact_id)
    if holding is None:
        message = f"nothing is held on {contact_id!r}"
        raise UnableToExportPerson(message)
    content = disclosed(unit, holding)
    content["exported_at"] = application.clock.now().isoformat()
    content["workspace"] = application.workspace.name
    return holding, content


def _readable(content: "Mapping[str, object]") -> str:
    """Return the export as indented text: what it is, where it was found, what it says."""
    lines = [f"Everything held on {content['contact']}, {content['exported_at']}", ""]
    held = content["held"]
    assert is_mapping(held), "tables by name"
    for table, rows in held.items():
        assert is_sequence(rows), "rows of a table"
        lines.append(f"{table} ({len(rows)})")
        for row in rows:
            assert is_mapping(row), "values by column"
            shown = [f"{k}: {v}" for k, v in row.items() if v not in (None, "", [])]
            lines += ["  - " + "\n    ".join(shown)]
        lines.append("")
    return "\n".join(lines)
