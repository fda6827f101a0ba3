"""Rows and mail from files: the body is the file, and the same file again changes nothing."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Told
from bailiwick.domain.fault import InputFault
from bailiwick.domain.right import Right
from bailiwick.ports.intake import ImportKind
from bailiwick.ports.intake_files import FilePlan, FileReport, ImportOptions

NAME_FORM: Final = r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$"
COLUMN_LENGTH_MAX: Final = 200  # ours

System = Literal["hubspot", "salesforce", "twenty", "espocrm", "frappe", "odoo", "plain"]
RAW_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""The body is the file, whatever it is called."""

router = own_router("intake")
Writing = Annotated[Caller, may(Right.WRITE, whole=True)]
FileName = Annotated[str, Query(pattern=NAME_FORM, description="What the file is called.")]


class ImportedBody(Told):
    """What was imported, or would be."""

    dry_run: bool
    files: list[object]


class UnableToImport(InputFault):
    """A column that may say who must not be written to is not read; nothing was imported."""


@router.post(
    "/imports/csv",
    responses={200: {"model": ImportedBody}},
    openapi_extra=RAW_BODY,
)
async def import_csv(
    caller: Writing,
    request: Request,
    *,
    name: FileName = "upload.csv",
    kind: Annotated[ImportKind | None, Query()] = None,
    system: Annotated[System | None, Query()] = None,
    dry_run: Annotated[bool, Query()] = False,
    leave: Annotated[Sequence[str], Query(max_length=COLUMN_LENGTH_MAX)] = (),
) -> Response:
    """Import one CSV export; `dry_run` counts what would happen and leaves nothing behind."""
    content = await request.body()
    options = ImportOptions(kind=kind, system=system)
    return await run_in_threadpool(
        _imported, caller, content, name, options=options, dry_run=dry_run, leave=tuple(leave)
    )


@router.post(
    "/mail",
    responses={200: {"model": Told}},
    openapi_extra=RAW_BODY,
)
async def import_mail(caller: Writing, request: Request, name: FileName = "mail.eml") -> Response:
    """Read one .eml or mbox file; mail that is known changes nothing."""
    content = await request.body()
    return await run_in_threadpool(_mailed, caller, content, name)


@router.post("/mail/sync", responses={200: {"model": Told}})
def sync_mail(caller: Writing) -> Response:
    """Read what came to the mailbox since last time, sent mail too."""
    application = caller.application
    mailbox = application.mailbox()
    try:
        report = application.mail_intake.sync(
            mailbox, name=application.workspace.mailbox, progress=lambda _report: None
        )
    finally:
        mailbox.close()
    return ready(report)


def _imported(
    caller: Caller,
    content: bytes,
    name: str,
    *,
    options: ImportOptions,
    dry_run: bool,
    leave: tuple[str, ...],
) -> Response:
    def confirmed(plans: Sequence[FilePlan]) -> None:
        doubtful = [column for plan in plans for column in plan.doubtful_columns(leave)]
        if doubtful and not dry_run:
            message = (
                f"nothing was imported: {doubtful} are not read and may say who must not be "
                "written to; rename them to unsubscribed, do_not_contact, subscribed or bounced, "
                "or say with `leave` that they mean nothing of the kind"
            )
            raise UnableToImport(message)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        report = caller.application.import_csv(
            [path],
            options=options,
            dry_run=dry_run,
            rejected=Path(folder),
            confirmed=confirmed,
        )
        files = [_told(found, leave) for found in report.files]
    return ready(
        {
            "dry_run": report.dry_run,
            "linked": report.linked_count,
            "waiting": report.waiting_count,
            "files": files,
        }
    )


def _told(found: FileReport, leave: tuple[str, ...]) -> dict[str, object]:
    """Return a file's report; its rejected rows come along, since the folder goes."""
    rejected = found.rejected_path
    return {
        "file": found.plan.name,
        "system": found.plan.system,
        "kind": found.plan.kind,
        "columns": found.plan.columns,
        "unread_columns": found.plan.unread_columns,
        "doubtful_columns": found.plan.doubtful_columns(leave),
        "new": found.new_count,
        "updated": found.updated_count,
        "duplicate": found.duplicate_count,
        "rejected": found.rejected_count,
        "conflicts": found.conflict_count,
        "reasons": [{"reason": reason, "count": count} for reason, count in found.reasons],
        "omitted": [
            {"field": name, "count": count, "line": line} for name, count, line in found.omitted
        ],
        "rejected_rows": rejected.read_text(encoding="utf-8") if rejected is not None else "",
    }


def _mailed(caller: Caller, content: bytes, name: str) -> Response:
    application = caller.application
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        source = application.mail_source(path)
        report = application.mail_intake.take(source, progress=lambda _report: None)
    return ready(report)
