"""Puts together what takes people's answers and decisions, beside the inbox."""

from bailiwick.control.load import load_spec
from bailiwick.control.registry import CAPABILITIES
from bailiwick.engine.granting import Granting
from bailiwick.engine.halting import Halting
from bailiwick.engine.inbox.answering import Answering, AnsweringParts
from bailiwick.engine.people.teaming import Teaming
from bailiwick.engine.proposing import Proposing
from bailiwick.engine.runs.requests import Requests
from bailiwick.wiring.application import Application


def answering(application: Application) -> Answering:
    """Return the part that settles doubts and finishes tasks of a workspace."""
    return Answering(
        AnsweringParts(
            workspace_id=application.workspace.workspace_id,
            units=application.units,
            clock=application.clock,
            ids=application.ids,
            court=application.court,
            enactor=application.enactor,
        )
    )


def granting(application: Application) -> Granting:
    """Return the part that grants autonomy in a workspace."""
    return Granting(
        units=application.units,
        clock=application.clock,
        ids=application.ids,
        spec=load_spec,
    )


def halting(application: Application) -> Halting:
    """Return the part that stops and resumes effects of a workspace."""
    return Halting(units=application.units, clock=application.clock)


def teaming(application: Application) -> Teaming:
    """Return the part that changes the teams of a workspace."""
    return Teaming(units=application.units, clock=application.clock, ids=application.ids)


def requests(application: Application) -> Requests:
    """Return the part that takes requests for runs of a workspace."""
    return Requests(spec=application.graphs.spec, ids=application.ids, clock=application.clock)


def proposing(application: Application) -> Proposing:
    """Return the part that puts single steps from outside to the law of a workspace."""
    return Proposing(
        units=application.units,
        clock=application.clock,
        ids=application.ids,
        court=application.court,
        enactor=application.enactor,
        specs=tuple(map(load_spec, CAPABILITIES)),
    )
