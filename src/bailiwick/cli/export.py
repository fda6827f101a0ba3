"""`bailiwick export`: everything that is held on a person, to hand out (GDPR, article 15)."""

from pathlib import Path

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import As, Json, application, person
from bailiwick.kit.plain import plain


def export(contact: str, file: Path, *, as_: As = "", json: Json = False) -> int:
    """Write everything that is held on a person to a new archive; an administrator does that.

    Parameters
    ----------
    contact
        Id of the contact, or one of their mail addresses.
    file
        New zip file: person.json, person.txt and the mails as they came and went.
    """
    from bailiwick.wiring.persons import erasing, export_person

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        contact_id = erasing(bailiwick).whom(contact)
        counts = export_person(bailiwick, contact_id, file, person_id=asking.person_id)
    output.answer({"contact": contact_id, "file": str(file), "rows": plain(counts)})
    output.table(f"Exported to {file}", ("what", "rows"), [(n, str(c)) for n, c in counts.items()])
    return Exit.OK
