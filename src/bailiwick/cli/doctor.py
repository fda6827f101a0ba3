"""`bailiwick doctor`: looks at everything that is needed and says how to repair what is not."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import Json, application
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bailiwick.wiring.finding import Finding

app = App(name="doctor", help="Check settings, database, mail and model.")
Connect = Annotated[
    bool, Parameter(negative=(), help="Greet the mail server and sign in to the mailbox as well.")
]


@app.default
def doctor(*, connect: Connect = False, json: Json = False) -> int:
    """Check settings, database, law, mail, keys, model and queues; changes nothing."""
    from bailiwick.domain.fault import SettingsFault
    from bailiwick.settings import read
    from bailiwick.wiring.checkup import check
    from bailiwick.wiring.finding import problem

    output = Output(as_json=json)
    try:
        findings = tuple(check(read(), connect=connect))
    except SettingsFault as fault:
        fix = "correct bailiwick.toml or the variable that it names"
        findings = (problem("settings", str(fault), fix),)
    return _tell(output, "Doctor", findings, well="Everything that is needed works.")


@app.command
def mail(*, json: Json = False) -> int:
    """Check what the world sees of our mail: DNS, signature, unsubscribe link, complaints.

    The list is what large mailbox providers demand of bulk senders. The unsubscribe page is looked
    at over HTTPS; nothing is sent or changed.
    """
    from bailiwick.wiring.checkup_link import world_of
    from bailiwick.wiring.checkup_mail import mail_findings

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        findings = tuple(
            mail_findings(
                bailiwick.settings.mail,
                bailiwick.workspace,
                world_of(bailiwick),
                unit=unit,
                at=bailiwick.clock.now(),
            )
        )
    return _tell(output, "Mail", findings, well="Ready for bulk mail.")


def _tell(output: Output, title: str, findings: "Sequence[Finding]", *, well: str) -> int:
    troubles = [f for f in findings if f.state.value == "problem"]
    output.answer({"findings": plain(findings), "problems": len(troubles)})
    rows = [(f.state.value, f.topic, f.found, f.fix) for f in findings]
    output.table(title, ("", "topic", "found", "how to fix"), rows)
    output.say(
        f"{len(troubles)} problems." if troubles else well,
        mark="refused" if troubles else "ok",
    )
    return Exit.FAULT if troubles else Exit.OK
