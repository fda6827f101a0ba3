"""The `bailiwick` command: every noun is imported when it is used, so that help is instant."""

import sys
from collections.abc import Sequence
from typing import Final

from cyclopts import App, CycloptsError

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import complain
from bailiwick.domain.fault import (
    BailiwickFault,
    HaltedFault,
    InputFault,
    IntegrityFault,
    SettingsFault,
)

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "init": ("init:init", "Create a workspace, its database and its settings file."),
    "migrate": ("migrate:migrate", "Bring the database to the schema of this version."),
    "import": ("imports:app", "Read exports of a CRM."),
    "mail": ("mail:app", "Read mail from files or a mailbox."),
    "plan": ("plan:plan", "Plan the next best actions for one contact."),
    "filter": ("filters:app", "Saved filters: which contacts are meant."),
    "campaign": ("campaigns:app", "Series of mails to many, over weeks, each touch judged."),
    "sweep": ("sweep:sweep", "Plan for every contact that is due."),
    "approvals": ("approvals:app", "See and decide what waits for a person."),
    "score": ("scores:app", "Leads in order, and scores learned from outcomes, with reasons."),
    "followups": ("followups:followups", "See who is owed a word, since when, and what to do."),
    "ask": ("ask:ask", "Ask in words; answered by metrics, rules or a model, or not at all."),
    "tasks": ("tasks:app", "See and answer what agents ask people."),
    "serve": ("serve:serve", "Serve the HTTP API, on this machine only unless told."),
    "mcp": ("mcp:app", "Serve other people's agents by the Model Context Protocol."),
    "worker": ("worker:app", "Carry out what is allowed and approved."),
    "schedule": ("schedules:app", "Chores that come back by themselves."),
    "trace": ("trace:app", "See how runs went: times, costs and verdicts."),
    "cost": ("cost:app", "See what models cost, and today's budgets."),
    "audit": ("audit:app", "Prove and explain what was done."),
    "policy": ("policy:app", "Explain, test and simulate the law."),
    "replay": ("replay:replay", "Run a recorded run again and compare the plan."),
    "grant": ("grant:app", "Grant, list and revoke autonomy."),
    "halt": ("halt:app", "Stop and resume effects: the kill switch."),
    "workspace": ("workspace:app", "What the workspace says of itself."),
    "people": ("people:app", "The people of the workspace and their roles."),
    "teams": ("teams:app", "The teams, whose people see each other's customers."),
    "backup": ("backup:app", "Back the whole database up while it is in use."),
    "restore": ("restore:restore", "Put a backup back; nothing is sent again."),
    "webhook": ("webhook:app", "Tell other systems of events, and hear theirs."),
    "keys": ("keys:app", "The API keys that programs call with."),
    "retention": ("retention:app", "Remove what its time is over for."),
    "consent": ("consent:app", "What people said about being written to."),
    "suppression": ("suppression:app", "Who is left alone; lists of them in and out."),
    "topics": ("topics:app", "What campaigns are about, which recipients may leave."),
    "erase": ("erase:erase", "Erase everything that is held on a person."),
    "export": ("export:export", "Give out everything that is held on a person."),
    "list": ("catalogue:catalogue", "List the capabilities and what they may propose."),
    "graphs": ("graphs:graphs", "Print langgraph.json for LangGraph's own tools."),
    "doctor": ("doctor:app", "Check settings, database, mail and model."),
    "demo": ("demo:demo", "Build a lifelike workspace and run everything once."),
}
"""Command to where it is defined and what it does."""

_EXITS: Final = (
    (HaltedFault, Exit.HALTED),
    (InputFault, Exit.INPUT),
    (SettingsFault, Exit.SETTINGS),
    (IntegrityFault, Exit.DAMAGED),
)


def build() -> App:
    """Return the command line; commands are named here and loaded on use."""
    app = App(
        name="bailiwick",
        help="Agents propose, policy judges, the engine delivers, everything is recorded.",
        version=_version,
        help_format="plaintext",  # its default loads a Markdown renderer: a third of the start
        result_action="return_value",
        suppress_keyboard_interrupt=False,  # `main` says what was kept
    )
    for name, (place, summary) in COMMANDS.items():
        app.command(f"bailiwick.cli.{place}", name=name, help=summary)
    return app


def _version() -> str:
    from importlib.metadata import version  # slow to load, rarely asked for

    return version("bailiwick")


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. The surface boundary: faults become messages."""
    as_json = "--json" in arguments
    if not __debug__:
        message = "assertions are part of the safety case; run without python -O (decision 0019)"
        complain(message, as_json=as_json, kind="SettingsFault")
        return Exit.SETTINGS
    try:
        result = build()(list(arguments), exit_on_error=False, print_error=not as_json)
    except BailiwickFault as fault:
        complain(str(fault), as_json=as_json, kind=type(fault).__name__)
        return next((code for kind, code in _EXITS if isinstance(fault, kind)), Exit.FAULT)
    except CycloptsError as error:
        if as_json:  # for people, cyclopts has printed what is wrong and what would be right
            complain(str(error), as_json=True, kind=type(error).__name__)
        return Exit.INPUT
    except KeyboardInterrupt:
        complain("stopped; what was committed is kept", as_json=as_json, kind="Interrupted")
        return Exit.FAULT
    return result if isinstance(result, int) else Exit.OK


def run() -> None:
    """Run the command that the process was started with."""
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # as by `| head`; the interpreter would trip over it again at its end
        sys.stdout = None
        complain("the output was closed before its end", as_json=False, kind="BrokenPipe")
        code = Exit.FAULT
    sys.exit(code)
