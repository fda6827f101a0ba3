"""Puts together what takes people's answers to an agent's questions."""

from bailiwick.engine.answering import Answering, AnsweringParts
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
