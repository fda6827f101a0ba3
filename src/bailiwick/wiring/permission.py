"""Puts together what keeps consent, opt-outs and topics of a workspace."""

from bailiwick.engine.permission.consenting import Consenting
from bailiwick.wiring.application import Application


def consenting(application: Application) -> Consenting:
    """Return the part that takes down what people said."""
    return Consenting(units=application.units, clock=application.clock)
