"""Puts together what keeps consent, opt-outs and topics of a workspace."""

from bailiwick.engine.permission.consenting import Consenting
from bailiwick.engine.permission.lifting import Lifting
from bailiwick.engine.permission.opt_out_lists import OptOutLists
from bailiwick.engine.permission.topics import TopicKeeping
from bailiwick.wiring.application import Application


def consenting(application: Application) -> Consenting:
    """Return the part that takes down what people said."""
    return Consenting(units=application.units, clock=application.clock)


def lifting(application: Application) -> Lifting:
    """Return the part that lets people be written to again."""
    return Lifting(units=application.units, clock=application.clock)


def topic_keeping(application: Application) -> TopicKeeping:
    """Return the part that keeps the list of topics."""
    return TopicKeeping(units=application.units, clock=application.clock)


def opt_out_lists(application: Application) -> OptOutLists:
    """Return the part that takes lists of opt-outs in and gives them out."""
    return OptOutLists(units=application.units, clock=application.clock)
