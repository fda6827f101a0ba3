"""`bailiwick doctor`: looks at everything that is needed and says how to repair what is not."""

from typing import Annotated

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import Json
from bailiwick.kit.plain import plain

Connect = Annotated[
    bool, Parameter(negative=(), help="Greet the mail server and sign in to the mailbox as well.")
]


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
    troubles = [f for f in findings if f.state.value == "problem"]
    output.answer({"findings": plain(findings), "problems": len(troubles)})
    rows = [(f.state.value, f.topic, f.found, f.fix) for f in findings]
    output.table("Doctor", ("", "topic", "found", "how to fix"), rows)
    output.say(
        f"{len(troubles)} problems." if troubles else "Everything that is needed works.",
        mark="refused" if troubles else "ok",
    )
    return Exit.FAULT if troubles else Exit.OK
