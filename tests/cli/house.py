"""A house to run commands in: an empty folder, no settings from outside, and rows to work on."""

import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from io import StringIO
from pathlib import Path

import pytest

from bailiwick.cli.main import main
from bailiwick.domain.crm import Account, Contact
from bailiwick.domain.ids import AccountId, ContactId
from bailiwick.settings import ENVIRONMENT, read
from bailiwick.store.crm_rows import CrmRows
from bailiwick.wiring.application import Application, build

MAILBOX = "sales@ours.example"
ADA = "ada@northwind.example"
QUESTION = """Hello,

could you tell me the delivery times for twelve units?

Best regards
Ada Byron
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    def json(self) -> dict[str, object]:
        """Return the one JSON document it printed."""
        answer: dict[str, object] = json.loads(self.out)
        return answer

    def items(self) -> list[dict[str, object]]:
        """Return the items of a list it printed."""
        found = self.json()["items"]
        assert isinstance(found, list)
        return found  # pyright: ignore[reportUnknownVariableType] - JSON is untyped


@dataclass(frozen=True, slots=True)
class House:
    """Runs commands in a folder and reads what they print."""

    folder: Path

    def run(self, *arguments: str) -> Ran:
        """Run one command as the program would."""
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main(arguments)
        return Ran(code=int(code), out=out.getvalue(), err=err.getvalue())

    def found(self) -> None:
        """Make a workspace with one administrator."""
        ran = self.run("init", "--mailbox", MAILBOX, "--company", "Ours", "--postal-address", "1")
        assert ran.code == 0, ran.err

    def opened(self) -> Application:
        """Open the application to put rows in; close it."""
        return build(read())

    def contact(self, address: str = ADA, *, first_name: str = "Ada") -> ContactId:
        """Store a contact of a company who is due."""
        app = self.opened()
        try:
            with app.units.write() as unit:
                rows = CrmRows(unit)
                account = Account(
                    account_id=AccountId(app.ids.new("acc")),
                    name="Northwind",
                    domain=address.partition("@")[2],
                    country="DE",
                )
                rows.add_account(account)
                contact = Contact(
                    contact_id=ContactId(app.ids.new("con")),
                    first_name=first_name,
                    last_name="Byron",
                    account_id=account.account_id,
                    addresses=(address,),
                    country="DE",
                    language="en",
                    created_at=app.clock.now(),
                )
                rows.add_contact(contact, due_at=app.clock.now())
                unit.commit()
        finally:
            app.close()
        return contact.contact_id

    def receive(self, *, sender: str = ADA, text: str = QUESTION, number: int = 1) -> Ran:
        """Import one mail that came in an hour ago."""
        mail = EmailMessage()
        mail["From"] = f"Ada Byron <{sender}>"
        mail["To"] = MAILBOX
        mail["Subject"] = "Delivery times"
        mail["Message-ID"] = f"<m{number}@northwind.example>"
        mail["Date"] = format_datetime(datetime.now(UTC) - timedelta(hours=1))  # noqa: TID251 - as any mail program
        mail.set_content(text)
        path = self.folder / f"mail-{number}.eml"
        path.write_bytes(mail.as_bytes())
        return self.run("mail", "import", str(path))

    def card(self) -> str:
        """Return the one pending card's id."""
        items = self.run("approvals", "list", "--json").items()
        assert len(items) == 1, items
        return str(items[0]["approval_id"])


def open_house(folder: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Go to a folder of its own, with no settings from outside."""
    monkeypatch.chdir(folder)
    for variable in ENVIRONMENT:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return House(folder)
