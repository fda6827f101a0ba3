"""`bailiwick erase`: everything that is held on a person goes (GDPR, article 17)."""

from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import As, Json, application, person
from bailiwick.cli.wording import moment
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bailiwick.ports.care import BackupKept

MENTIONS_SHOWN_MAX: Final = 20  # ours: as many as a screen takes


def erase(
    contact: str,
    *,
    reason: Annotated[str, Parameter(help="Such as the request's number; it is kept.")],
    dry_run: Annotated[bool, Parameter(negative=())] = False,
    as_: As = "",
    json: Json = False,
) -> int:
    """Erase everything that is held on a person; an administrator does that.

    Of a contact's id that was erased before it finishes what a crash cut short.

    Parameters
    ----------
    contact
        Id of the contact, or one of their mail addresses.
    dry_run
        Count what would go and change nothing.
    """
    from bailiwick.wiring.persons import erase_person, erasing, plan_erasure

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        contact_id = erasing(bailiwick).whom(contact)
        if dry_run:
            plan, backups = plan_erasure(bailiwick, contact_id, person_id=asking.person_id)
            counts, mentions = plan.holding.counts, plan.mentions
            output.answer(
                {
                    "dry_run": True,
                    "contact": contact_id,
                    "rows": plain(counts),
                    "under_way": list(plan.under_way),
                    "mentions": plain(mentions),
                    "backups": plain(backups),
                }
            )
            for effect in plan.under_way:
                output.say(f"Mail {effect} must be settled first.", mark="refused")
        else:
            made = erase_person(bailiwick, contact_id, person_id=asking.person_id, reason=reason)
            counts, mentions, backups = dict(made.erased.counts), made.erased.mentions, made.backups
            output.answer(
                {
                    "dry_run": False,
                    "erasure": made.erased.erasure.erasure_id,
                    "rows": plain(counts),
                    "remains": list(made.remains),
                    "mentions": plain(mentions),
                    "backups": plain(backups),
                }
            )
            for remark in made.remains:
                output.say(f"{remark[:1].upper()}{remark[1:]}.", mark="held")
    rows = [(name, str(count)) for name, count in sorted(counts.items())]
    output.table("Would go" if dry_run else "Erased", ("what", "rows"), rows)
    _tell(output, mentions, backups)
    return Exit.OK


def _tell(
    output: Output, mentions: "Sequence[tuple[str, str]]", backups: "Sequence[BackupKept]"
) -> None:
    for table, row in mentions[:MENTIONS_SHOWN_MAX]:
        output.say(
            f"Named in {table} {row}, which is about somebody else: look at it.", mark="held"
        )
    for backup in backups:
        output.say(
            f"Backup {backup.file_name} of {moment(backup.made_at)} holds the person until "
            f"{moment(backup.keep_until)}; a restore of it erases them again.",
            mark="held",
        )
    output.say("Files that were imported, and exports that were made, are yours to delete.")
