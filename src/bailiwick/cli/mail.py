"""`bailiwick mail`: read mail from files or from a mailbox."""

from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.progress import bar
from bailiwick.cli.session import Json, application
from bailiwick.domain.fault import InputFault

if TYPE_CHECKING:
    from bailiwick.engine.mail.intake import MailReport

app = App(name="mail", help="Read mail from files or a mailbox.")


class UnableToReadMail(InputFault):
    """Nothing was named to read."""


@app.command(name="import")
def import_(*paths: Path, json: Json = False) -> int:
    """Read mbox files, Maildirs and .eml files; mail that is known changes nothing.

    Parameters
    ----------
    paths
        Files or folders; what they are is found out.
    """
    from bailiwick.engine.mail.intake import MailReport

    if not paths:
        message = "name at least one file or folder: bailiwick mail import mail.mbox Maildir/ a.eml"
        raise UnableToReadMail(message)
    output = Output(as_json=json)
    report = MailReport()
    with application() as bailiwick:
        for path in paths:
            source = bailiwick.mail_source(path)
            with bar(output, f"mail from {path.name}") as step:
                taken = bailiwick.mail_intake.take(
                    source, progress=lambda r: step(r.new_count + r.known_count, None)
                )
            report = report.plus(taken)
    return _tell(output, report)


@app.command
def sync(*, json: Json = False) -> int:
    """Read what came to the IMAP mailbox since last time, sent mail too."""
    output = Output(as_json=json)
    with application() as bailiwick:
        mailbox = bailiwick.mailbox()
        try:
            with bar(output, "mail") as step:
                report = bailiwick.mail_intake.sync(
                    mailbox,
                    name=bailiwick.workspace.mailbox,
                    progress=lambda r: step(r.new_count + r.known_count, None),
                )
        finally:
            mailbox.close()
    return _tell(output, report)


def _tell(output: Output, report: "MailReport") -> int:
    counts = {
        "new": report.new_count,
        "known": report.known_count,
        "defective": report.defective_count,
        "quarantined": report.quarantined_count,
        "opt_outs": report.opt_outs_count,
        "bounces": report.bounces_count,
        "complaints": report.complaints_count,
        "unknown_senders": report.unknown_senders_count,
    }
    output.answer({**counts, "problems": list(report.problems)})
    output.pairs("Mail", {name: str(count) for name, count in counts.items()})
    output.say(*report.problems, mark="held")
    if report.unknown_senders_count:
        output.say(
            f"{report.unknown_senders_count} came from addresses that no contact has: they are "
            "kept; when an import brings the contact, they are acted on.",
            mark="held",
        )
    if report.quarantined_count:
        output.say(
            f"{report.quarantined_count} could not be parsed: kept as they came, not acted on.",
            mark="held",
        )
    if report.new_count:
        output.say("Next: bailiwick sweep", mark="ok")
    return Exit.OK
