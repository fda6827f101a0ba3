"""`bailiwick init`: the database, a workspace, its first person and a settings file."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import Json

_PASSWORD: Final = re.compile(r"(?<=[^:/@]):[^@/]*@")
TEMPLATE: Final = """\
# Bailiwick settings. Environment variables win over this file; see `bailiwick doctor`.
[store]
database_url = {database_url}
workspace = {workspace}

[mail]
# smtp_url = "smtp://user:password@mail.example.com:587?starttls=required"
# imap_url = "imaps://user:password@mail.example.com"
# dkim_domain = "example.com"
# dkim_selector = "bailiwick"
# dkim_key_file = "dkim.pem"

[model]
# Without an endpoint the deterministic rules plan and draft.
# base_url = "https://api.example.com/v1"
# deep = "model-for-plans"
# quick = "model-for-drafts"
"""


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a workspace begins with."""

    mailbox: str
    """Address that mail is sent from."""
    company: str
    """Your company's name, as mail signs it."""
    email: str = ""
    """Address of the first person, an administrator; the mailbox when left out."""
    workspace: str = ""
    """Name of the workspace; the one that settings name when left out."""
    postal_address: str = ""
    """Shown under commercial mail; where the law asks for one, none is drafted without it."""
    timezone: str = "UTC"
    """IANA zone that is assumed for contacts without one."""
    jurisdiction: str = "opt_in"
    """Consent law for contacts without a country: opt_in or opt_out."""


def init(beginning: Beginning, *, json: Json = False) -> int:
    """Create a workspace, its database and its settings file."""
    from bailiwick.settings import FILE_NAME, read
    from bailiwick.wiring.founding import Founding, found

    settings = read()
    chosen = beginning.workspace or settings.store.workspace
    made = found(
        settings,
        Founding(
            name=chosen,
            mailbox=beginning.mailbox,
            company=beginning.company,
            person_email=beginning.email or beginning.mailbox,
            person_name=(beginning.email or beginning.mailbox).partition("@")[0],
            postal_address=beginning.postal_address,
            timezone=beginning.timezone,
            jurisdiction=beginning.jurisdiction,
        ),
    )
    path = Path(FILE_NAME)
    written = not path.exists()
    if written:
        path.touch(mode=0o600)  # passwords of servers will stand in it
        path.write_text(
            TEMPLATE.format(
                database_url=_quoted(settings.store.database_url), workspace=_quoted(chosen)
            ),
            encoding="utf-8",
        )
    output = Output(as_json=json)
    output.answer({"workspace": made.workspace_id, "name": made.name, "settings": str(path)})
    output.say(
        f"Workspace {made.name!r} is ready in {_shown(settings.store.database_url)}.",
        f"Settings are in {path}" + ("." if written else " (it was there and is unchanged)."),
        "Next: bailiwick import csv contacts.csv, bailiwick mail import PATH, bailiwick sweep.",
        mark="ok",
    )
    return Exit.OK


def _shown(database_url: str) -> str:
    """Return an address as it may stand on a screen: without its password."""
    return _PASSWORD.sub(":…@", database_url)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
