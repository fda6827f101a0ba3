"""What a capability's steps are given: readers, a model, a clock; never a writer or a desk."""

from dataclasses import dataclass
from datetime import datetime

from bailiwick.domain.ids import ContactId, MessageId, RunId, StepId, WorkspaceId
from bailiwick.domain.plan import Plan, Step
from bailiwick.domain.signal import SignalKind
from bailiwick.ports.answers import AskedRows
from bailiwick.ports.calendar import UNCONNECTED, CalendarReader
from bailiwick.ports.crm import CrmReader
from bailiwick.ports.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The run a step belongs to. `now` is fixed for the whole run, so that it can be replayed."""

    workspace_id: WorkspaceId
    run_id: RunId
    capability: str
    now: datetime
    depth: int
    signal: SignalKind
    contact_id: ContactId | None
    message_id: MessageId | None
    step: Step | None
    """For a delegated run: the step that asked for it."""
    step_id: StepId | None
    plan: Plan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """Everything a step may use."""

    crm: CrmReader
    model: Model
    frame: Frame
    calendar: CalendarReader = UNCONNECTED
    asked_rows: AskedRows | None = None
    """The private copy that a question is about; None in every other run."""
