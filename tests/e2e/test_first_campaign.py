"""A new user's first campaign, from an empty folder, by the command line and real mail alone."""

import csv
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from bench.servers.smtp import Sink
from tests.cli.house import MAILBOX, House, Ran

from bailiwick.cli.exits import Exit

NAMES = ("Ada", "Bob", "Cleo", "Dan", *(f"Eve{number}" for number in range(16)))
"""Twenty people without a country, so that no public holiday of it lets the test wait."""
BUYERS = 4
_ID = re.compile(rb"^message-id:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
_LINK = re.compile(rb"subject=unsubscribe%20([\w-]+)")


def did(house: House, *words: str) -> Ran:
    """Run a command that has to work."""
    ran = house.run(*words)
    assert ran.code == Exit.OK, (words, ran.err, ran.out)
    return ran


def listed(house: House) -> None:
    """Write the export of a customer database: twenty people of as many companies."""
    with (house.folder / "contacts.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["First Name", "Last Name", "Email", "Job Title"])
        for number, name in enumerate(NAMES):
            address = f"{name.lower()}@foundry{number}.example"
            rows.writerow([name, "Miller", address, "Buyer" if number < BUYERS else "Cook"])


def written(house: House, sender: str, subject: str, text: str, *, answers: str = "") -> None:
    """Let a mail of somebody come in."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, MAILBOX, subject
    mail["Message-ID"] = f"<{abs(hash((sender, subject)))}@foundry.example>"
    mail["Date"] = format_datetime(datetime.now(UTC))  # noqa: TID251 - as any mail program
    if answers:
        mail["In-Reply-To"] = answers
    mail.set_content(text)
    path = house.folder / "in.eml"
    path.write_bytes(mail.as_bytes())
    did(house, "mail", "import", str(path))


def where(house: House, address: str) -> str:
    """Tell where a recipient is."""
    (found,) = [
        one
        for one in did(house, "campaign", "recipients", "Spring", "--json").items()
        if one["address"] == address
    ]
    return str(found["truth"])


class TestAFirstCampaign:
    def test_is_walked_as_the_page_says(self, empty_house: House, sink: Sink) -> None:
        """Founded, imported, foretold, started, signed, answered, left, counted and given out."""
        house = empty_house
        listed(house)
        did(house, "init", "--mailbox", MAILBOX, "--company", "Ours", "--jurisdiction", "opt_out")
        did(house, "import", "csv", "contacts.csv")
        did(house, "filter", "save", "buyers", "--where", "title is Buyer")
        did(house, "campaign", "new", "Spring", "--gaps", "0,3", "--window", "mon-sun 00:00-24:00")
        told = did(house, "campaign", "preview", "Spring", "--filter", "buyers", "--json").json()
        assert told["mails_count_max"] == 2 * BUYERS
        did(house, "campaign", "enrol", "Spring", "--filter", "buyers")
        assert house.run("campaign", "start", "Spring").code == Exit.INPUT, "no postal address"
        did(house, "workspace", "set", "--postal-address", "1 Foundry Lane, Leeds")
        did(house, "campaign", "start", "Spring")
        did(house, "campaign", "tick")
        cards = did(house, "approvals", "list", "--json").items()
        assert len(cards) == BUYERS
        assert sink.delivered == []
        for card in cards:
            shown = ("--hash", str(card["payload_hash"]))
            did(house, "approvals", "approve", str(card["approval_id"]), *shown)
        did(house, "campaign", "tick")
        assert len(sink.delivered) == BUYERS
        for raw in sink.delivered:
            assert b"1 Foundry Lane, Leeds" in raw
            assert b"List-Unsubscribe" in raw

        raws = {name: next(m for m in sink.delivered if name in m) for name in (b"Ada", b"Bob")}
        answered, left = _ID.search(raws[b"Ada"]), _LINK.search(raws[b"Bob"].replace(b"\r\n ", b""))
        assert answered is not None
        assert left is not None
        ada, bob, cleo = (f"{n.lower()}@foundry{i}.example" for i, n in enumerate(NAMES[:3]))
        written(house, ada, "Re: hello", "What does it cost?", answers=answered[1].decode())
        written(house, bob, f"unsubscribe {left[1].decode()}", "")
        (house.folder / "left.csv").write_text(f"email\n{cleo}\n", encoding="utf-8")
        did(house, "suppression", "import", "left.csv")
        assert [where(house, one) for one in (ada, cleo)] == ["replied", "opted_out"]
        did(house, "sweep")
        assert where(house, bob) == "opted_out"
        funnel = did(house, "campaign", "funnel", "Spring", "--json").json()
        assert funnel["recipients_count"] == BUYERS
        did(house, "campaign", "export", "Spring", "out.csv")
        rows = (house.folder / "out.csv").read_text(encoding="utf-8").splitlines()
        assert len(rows) == 1 + BUYERS
