"""`bailiwick demo`: a lifelike company, a day of work and the proof of it, from real parts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import Json
from bailiwick.domain.fault import InputFault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick.cli.demonstration.play import Play

FOLDER: Final = Path(".bailiwick/demo")
CONTACTS_COUNT: Final = 502
NEXT: Final = (
    ("approvals list", "what still waits"),
    ("score list", "the leads in order, and why"),
    ("approvals show {card}", "one letter: why it waits, and what it rests on"),
    ("audit explain {effect}", "why that mail was sent, from the record"),
    ("replay {run}", "the same plan again, from the record"),
    ("audit verify", "the whole chain, against the seal"),
    ("policy test", "every rule of the law against its cases"),
    ("grant list", "the autonomy that was granted"),
    ("sweep --limit 20", "plan for twenty more; a card waits for at most 72 hours"),
)
"""What works in the folder at any time; the tutorial goes on to approve and send."""
TUTORIAL: Final = "docs/tutorial/first-day.md"


class UnableToDemonstrate(InputFault):
    """The demo cannot be made as asked."""


def demo(
    *,
    folder: Annotated[Path, Parameter(help="Folder that the demo makes and empties.")] = FOLDER,
    contacts: Annotated[int, Parameter(help="Size of the company.")] = CONTACTS_COUNT,
    json: Json = False,
) -> int:
    """Build a lifelike workspace and run everything once: no key, no network, nobody is mailed."""
    from bailiwick.cli.demonstration.autonomy import grant_narrowly, pull_the_switch
    from bailiwick.cli.demonstration.campaign import run_a_campaign
    from bailiwick.cli.demonstration.inbox import decide, show_inbox
    from bailiwick.cli.demonstration.leads import rank_the_leads
    from bailiwick.cli.demonstration.morning import plan_for_everybody
    from bailiwick.cli.demonstration.opening import bring_in, curtain
    from bailiwick.cli.demonstration.proof import prove
    from bailiwick.cli.demonstration.questions import ask_in_words
    from bailiwick.evals.world.situation import CONTACTS_COUNT_MIN
    from bailiwick.kit.clock import SystemClock

    if not CONTACTS_COUNT_MIN <= contacts <= CONTACTS_COUNT:
        message = f"--contacts takes {CONTACTS_COUNT_MIN} to {CONTACTS_COUNT}, not {contacts}"
        raise UnableToDemonstrate(message)
    clock = SystemClock()
    began = clock.monotonic()
    output = Output(as_json=json)
    with curtain(folder, contacts_count=contacts, output=output) as play:
        bring_in(play)
        plan_for_everybody(play)
        show_inbox(play)
        decide(play)
        grant_narrowly(play)
        pull_the_switch(play)
        run_a_campaign(play)
        rank_the_leads(play)
        ask_in_words(play)
        prove(play)
        seconds = int(clock.monotonic() - began)
        return _end(play, seconds=seconds)


def _end(play: "Play", *, seconds: int) -> int:
    broken = [promise.what for promise in play.promises if not promise.kept]
    play.output.answer(
        {
            **play.figures,
            "promises": {promise.what: promise.kept for promise in play.promises},
            "seconds": seconds,
            "folder": str(play.folder),
        }
    )
    play.act("In short")
    play.output.pairs(f"{seconds} s on this machine", _summary(play))
    if broken:
        play.output.say(*(f"Broken promise: {what}" for what in broken), mark="refused")
        return Exit.FAULT
    play.output.say(f"All {len(play.promises)} promises of this demo were kept.", mark="ok")
    _say_next(play)
    return Exit.OK


def _summary(play: "Play") -> dict[str, str]:
    wanted = {
        "contacts, deals, mails read in": ("imported", "contacts", "deals", "mails"),
        "planned for by the sweep": ("sweep", "contacts"),
        "facts recorded unattended": ("sweep", "facts_recorded"),
        "suppressed unattended": ("sweep", "suppressed"),
        "handed to a person": ("sweep", "escalated_to_a_person"),
        "letters that waited": ("inbox", "waiting"),
        "sent by itself, before any decision": ("inbox", "sent"),
        "approved, and sent": ("decided", "sent"),
        "sent under the grant": ("grant", "sent_unattended"),
        "sent while halted": ("kill_switch", "sent_while_halted"),
        "recipients, mails, held in the campaign": ("campaign", "recipients", "mails", "held"),
        "leads ranked, hardly known, left out": ("leads", "ranked", "hardly_known", "left_out"),
        "questions answered, and not guessed": ("questions", "answered", "abstained"),
        "audit records, all chained": ("audit", "records"),
    }
    return {
        name: " / ".join(str(_figure(play, stage, key)) for key in keys)
        for name, (stage, *keys) in wanted.items()
    }


def _figure(play: "Play", stage: str, key: str) -> object:
    figures = play.figures[stage]
    assert isinstance(figures, dict), "a stage counts by name"
    return figures[key]


def _say_next(play: "Play") -> None:
    from bailiwick.cli.demonstration.campaign import NAME, WORKSPACE

    names = {
        "card": str(_figure(play, "inbox", "card")),
        "effect": str(_figure(play, "explained", "effect")),
        "run": str(_figure(play, "replayed", "run")),
    }
    near = not play.folder.is_absolute()
    program = f"{'../' * len(play.folder.parts)}.venv/bin/bailiwick" if near else "bailiwick"
    play.output.say("", "What to try next", f"  cd {play.folder}")
    for command, what in NEXT:
        play.output.say(f"  {program} {_filled(command, names)}", f"      {what}")
    play.output.say(
        f'  BAILIWICK_WORKSPACE={WORKSPACE} {program} campaign recipients "{NAME}"',
        "      the campaign, which has a workspace of its own",
        f"These use the clock of the machine. {TUTORIAL} goes on to approve and to send.",
    )


def _filled(command: str, names: "Mapping[str, str]") -> str:
    for name, value in names.items():
        command = command.replace("{" + name + "}", value)
    return command
