"""`bailiwick import csv`: read exports of a CRM, shown first, counted after."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.progress import bar
from bailiwick.cli.session import Json, application
from bailiwick.domain.fault import InputFault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bailiwick.kit.json_value import Json as JsonValue
    from bailiwick.ports.intake_files import FilePlan, FileReport, ImportOptions, ImportReport

Kind = Literal["accounts", "products", "contacts", "leads", "deals", "activities"]
System = Literal["hubspot", "salesforce", "twenty", "espocrm", "frappe", "odoo", "plain"]
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}

app = App(name="import", help="Read exports of a CRM.")


class UnableToImport(InputFault):
    """What was asked for cannot be understood."""


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """How the files are read; what is left out is found out."""

    map_: Annotated[tuple[str, ...], Parameter(name="--map", negative=())] = ()
    """FIELD=COLUMN, once for each column that was not found out."""
    leave: Annotated[tuple[str, ...], Parameter(negative=())] = ()
    """COLUMN that is known to say nothing about who may be written to."""
    kind: Kind | None = None
    """What the rows are."""
    system: System | None = None
    """Where the files come from."""
    encoding: str | None = None
    """Such as utf-8, cp1252, mac-roman, shift_jis."""
    delimiter: Literal["comma", "semicolon", "tab", "pipe"] | None = None
    """What separates the cells."""
    decimal: Literal["point", "comma"] | None = None
    """What stands before the cents."""
    date_order: Literal["dmy", "mdy"] | None = None
    """Whether 03/04/2026 is in April (dmy) or in March (mdy)."""
    no_header: Annotated[bool, Parameter(negative=())] = False
    """The first row is a row; name columns by number with --map."""
    region: str = ""
    """Country of phone numbers without one, such as DE."""
    currency: str = ""
    """Of amounts without one, such as EUR."""


AS_FOUND: Final = FileForm()


@app.command(name="csv")
def csv_(
    *files: Path,
    form: FileForm = AS_FOUND,
    dry_run: Annotated[bool, Parameter(negative=())] = False,
    rejected: Path | None = None,
    json: Json = False,
) -> int:
    """Import CSV exports; the same file again changes nothing.

    Parameters
    ----------
    files
        Exports of HubSpot, Salesforce, Twenty, EspoCRM, Frappe, Odoo or a spreadsheet.
    dry_run
        Count what would happen and leave nothing behind.
    rejected
        File or folder for rejected rows; default NAME.rejected.csv beside each file.
    """
    if not files:
        message = "name at least one file: bailiwick import csv contacts.csv accounts.csv"
        raise UnableToImport(message)
    output = Output(as_json=json)
    report = _import(
        output, files, _options(form), dry_run=dry_run, rejected=rejected, leave=form.leave
    )
    _tell(output, report, form.leave)
    return Exit.OK


def _options(form: FileForm) -> "ImportOptions":
    from bailiwick.ports.intake import ImportKind
    from bailiwick.ports.intake_files import DateOrder, DecimalMark, ImportOptions

    mark = form.decimal
    return ImportOptions(
        kind=ImportKind(form.kind) if form.kind else None,
        system=form.system,
        encoding=form.encoding,
        delimiter=DELIMITERS[form.delimiter] if form.delimiter else None,
        decimal=DecimalMark["POINT" if mark == "point" else "COMMA"] if mark else None,
        date_order=DateOrder(form.date_order) if form.date_order else None,
        header=not form.no_header,
        region=form.region.upper(),
        currency=form.currency.upper(),
        columns=_columns(form.map_),
    )


def _import(
    output: Output,
    files: "Sequence[Path]",
    options: "ImportOptions",
    *,
    dry_run: bool,
    rejected: Path | None,
    leave: "Sequence[str]",
) -> "ImportReport":
    def confirmed(plans: "Sequence[FilePlan]") -> None:
        _show(output, plans)
        doubts = [doubt for plan in plans for doubt in _doubts(plan, leave)]
        if doubts and not dry_run:
            raise UnableToImport(" ".join(["nothing was imported:", *doubts]))

    with application() as bailiwick, bar(output, "rows") as step:
        return bailiwick.import_csv(
            files,
            options=options,
            dry_run=dry_run,
            rejected=rejected,
            progress=lambda _name, done: step(done, None),
            confirmed=confirmed,
        )


def _columns(pairs: "Sequence[str]") -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not equals or not field or not column:
            message = f"--map {pair!r} is not FIELD=COLUMN, such as --map email='Mail address'"
            raise UnableToImport(message)
        columns[field.strip()] = column
    return columns


def _show(output: Output, plans: "Sequence[FilePlan]") -> None:
    for plan in plans:
        output.table(
            f"{plan.name}: {plan.kind.value} from {plan.system}",
            ("column", "read as", "sure"),
            [
                (column.header, column.field, f"{column.confidence_permille // 10} %")
                for column in plan.columns
            ],
        )
        output.say(
            f"{plan.encoding}, cells separated by {plan.delimiter!r}, decimal mark "
            f"{plan.decimal.value!r}, dates {plan.date_order.value}"
        )
        if plan.unread_columns:
            output.say(f"Not imported: {', '.join(plan.unread_columns)}", mark="held")


def _tell(output: Output, report: "ImportReport", leave: "Sequence[str]") -> None:
    output.answer(
        {
            "dry_run": report.dry_run,
            "linked": report.linked_count,
            "waiting": report.waiting_count,
            "files": [_document(found, leave) for found in report.files],
        }
    )
    output.table(
        "Would be imported" if report.dry_run else "Imported",
        ("file", "kind", "new", "updated", "duplicate", "rejected"),
        [
            (
                found.plan.name,
                found.plan.kind.value,
                str(found.new_count),
                str(found.updated_count),
                str(found.duplicate_count),
                str(found.rejected_count),
            )
            for found in report.files
        ],
    )
    for found in report.files:
        output.say(*_remarks(found), mark="held")
        output.say(*_doubts(found.plan, leave), mark="refused")
    if report.waiting_count:
        output.say(
            f"{report.waiting_count} references (to companies, contacts or owners) wait for rows "
            "of files not imported yet; import those exports, too",
            mark="held",
        )


def _remarks(found: "FileReport") -> list[str]:
    name = found.plan.name
    remarks = [f"{name}: {count} rows rejected: {reason}" for reason, count in found.reasons]
    if found.rejected_path is not None:
        remarks.append(f"{name}: rejected rows are in {found.rejected_path}")
    if found.conflict_count:
        remarks.append(
            f"{name}: {found.conflict_count} rows name an address of another contact; it stays"
        )
    remarks += [
        f"{name}: {count} values of {field} left out as unreadable, the first in line {line}"
        for field, count, line in found.omitted
    ]
    return remarks


def _doubts(plan: "FilePlan", leave: "Sequence[str]") -> list[str]:
    return [
        f"{plan.name}: {header!r} is not read and may say who must not be written to; say what "
        f"it means with --map unsubscribed={header!r} (or do_not_contact, subscribed, bounced), "
        f"or that it means nothing of the kind with --leave {header!r}"
        for header in plan.doubtful_columns(leave)
    ]


def _document(found: "FileReport", leave: "Sequence[str]") -> "JsonValue":
    plan = found.plan
    return {
        "file": plan.name,
        "system": plan.system,
        "kind": plan.kind.value,
        "encoding": plan.encoding,
        "delimiter": plan.delimiter,
        "decimal": plan.decimal.value,
        "date_order": plan.date_order.value,
        "columns": [
            {
                "column": column.header,
                "field": column.field,
                "confidence_permille": column.confidence_permille,
            }
            for column in plan.columns
        ],
        "unread_columns": list(plan.unread_columns),
        "doubts": [*_doubts(plan, leave)],
        "new": found.new_count,
        "updated": found.updated_count,
        "duplicate": found.duplicate_count,
        "rejected": found.rejected_count,
        "blank": found.blank_count,
        "conflicts": found.conflict_count,
        "omitted": [
            {"field": field, "count": count, "first_line": line}
            for field, count, line in found.omitted
        ],
        "reasons": [{"reason": reason, "count": count} for reason, count in found.reasons],
        "rejected_path": None if found.rejected_path is None else str(found.rejected_path),
    }
