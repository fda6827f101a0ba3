"""Who calls a tool, and whether the law grants what the tool needs."""

from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from mcp.server.mcpserver import Context

from bailiwick.domain.access import ADMISSION_STATE, Admission
from bailiwick.domain.fault import InputFault
from bailiwick.domain.right import Right
from bailiwick.engine.people.admission import admitted_by_name
from bailiwick.policy.verdict import Allowed, rule_ids
from bailiwick.wiring.application import Application
from bailiwick.wiring.caller import Caller
from bailiwick.wiring.service import Service

Asked: TypeAlias = Context[Any, Any]  # what else a context holds is the library's own


class UnableToEnter(InputFault):
    """Nobody is known under what the call came with."""


class UnableToGrant(InputFault):
    """The law does not grant the caller what the tool needs; it is on record."""

    def __init__(self, right: Right, reasons: tuple[str, ...], rules: tuple[str, ...]) -> None:
        because = "; ".join(reasons) or "nothing grants it"
        super().__init__(f"this takes the right to {right.value}: {because}")
        self.rules = rules


class UnableToShowAll(InputFault):
    """The answer would be about rows that the caller does not see."""


class Door(Protocol):
    """Tells who calls."""

    def caller(self, asked: Asked) -> Caller:
        """Return the caller. Raises UnableToEnter and PortFault."""
        ...


@dataclass(frozen=True, slots=True)
class RequestDoor:
    """Over HTTP: whoever the front of the service let in with a key, request by request."""

    service: Service

    def caller(self, asked: Asked) -> Caller:
        """Return the caller whom the front put beside the request. Raises UnableToEnter."""
        request = asked.request_context.request
        state: dict[str, object] = request.scope.get("state", {}) if request is not None else {}
        found = state.get(ADMISSION_STATE)
        if not isinstance(found, Admission):
            message = "send an API key in `x-api-key` or `Authorization: Bearer`"
            raise UnableToEnter(message)
        return Caller(admission=found, application=self.service.application(found.workspace_id))


@dataclass(frozen=True, slots=True)
class PersonDoor:
    """On standard input and output: one person of the workspace, as they stand at each call."""

    application: Application
    email: str

    def caller(self, asked: Asked) -> Caller:
        """Return the person. Raises UnableToEnter when they are gone, and PortFault."""
        del asked
        workspace_id = self.application.workspace.workspace_id
        with self.application.units.read() as unit:
            found = admitted_by_name(unit, self.email, workspace_id=workspace_id)
        if found is None:
            message = f"{self.email!r} is nobody in this workspace"
            raise UnableToEnter(message)
        return Caller(admission=found, application=self.application)


def require(caller: Caller, right: Right) -> None:
    """Let go on whom the law grants a right. Raises UnableToGrant, which is on record."""
    rights = caller.application.entrance.rights
    verdict = rights.verdict(caller.admission, right)
    if not isinstance(verdict, Allowed):
        rights.record_refusal(caller.admission, right, verdict)
        raise UnableToGrant(right, tuple(r.reason for r in verdict.rules), rule_ids(verdict))


def require_all_seen(caller: Caller) -> None:
    """Let go on who sees every row of the workspace. Raises UnableToShowAll."""
    if caller.admission.owners is not None:
        message = "this is about the whole workspace, and you see a part of it"
        raise UnableToShowAll(message)
