"""Puts the model together: an endpoint when one is configured, else the rules."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.ids import RunId, WorkspaceId
from bailiwick.domain.model_call import FallbackReason, ModelCall
from bailiwick.settings import ModelSettings

if TYPE_CHECKING:
    from bailiwick.models.endpoint_settings import EndpointSettings
    from bailiwick.models.surroundings import Surroundings
    from bailiwick.ports.clock import Clock
    from bailiwick.ports.ids import Ids
    from bailiwick.ports.model import Model
    from bailiwick.ports.trace import Tracer
    from bailiwick.store.unit import SqlUnits


def model(
    settings: ModelSettings,
    *,
    sink: "CallLedger",
    units: "SqlUnits",
    clock: "Clock",
    ids: "Ids",
    halted: Callable[[], bool],
    tracer: "Tracer",
) -> "Model":
    """Return the model of this workspace. Raises SettingsFault for an unusable endpoint."""
    from bailiwick.models.prompts import PromptLibrary
    from bailiwick.models.surroundings import Surroundings

    surroundings = Surroundings(
        prompts=PromptLibrary(), sink=sink, clock=clock, ids=ids, halted=halted, tracer=tracer
    )
    if not settings.base_url:
        from bailiwick.models.rules import RulesModel

        return RulesModel(surroundings)
    return _endpoint(settings, surroundings, units)


def recorded(calls: Sequence[ModelCall]) -> "Model":
    """Return a model that answers as stored calls were answered."""
    from bailiwick.models.prompts import PromptLibrary
    from bailiwick.models.recorded import RecordedModel

    return RecordedModel(calls, prompts=PromptLibrary())


def endpoint_settings(settings: ModelSettings) -> "EndpointSettings":
    """Return the endpoint that settings name. Raises SettingsFault for an unusable one."""
    from bailiwick.models.completion import StructuredMode
    from bailiwick.models.endpoint_settings import EndpointSettings

    modes = [mode.value for mode in StructuredMode]
    if settings.structured not in modes:
        message = f"[model] structured must be {' or '.join(modes)}, not {settings.structured!r}"
        raise SettingsFault(message)
    return EndpointSettings(
        base_url=settings.base_url,
        api_key=settings.api_key,
        quick=settings.quick or settings.deep,
        deep=settings.deep or settings.quick,
        headers=settings.headers,
        structured=StructuredMode(settings.structured),
    )


def _endpoint(settings: ModelSettings, surroundings: "Surroundings", units: "SqlUnits") -> "Model":
    from bailiwick.models.endpoint import build_gateway

    def spent_before(workspace_id: WorkspaceId, day: date) -> int:
        del workspace_id  # the units belong to it
        with units.read() as unit:
            since = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return unit.model_calls.spent_picodollars(since=since)

    return build_gateway(endpoint_settings(settings), surroundings, spent_before=spent_before)


class CallLedger:
    """Keeps calls that cost money at once, and the many rule answers with their run.

    A rule answer needs no body: the run's recorded reads are its input, and the request hash is
    what a replay looks it up by.
    """

    def __init__(self, units: "SqlUnits") -> None:
        self._units = units
        self._waiting: dict[RunId, list[ModelCall]] = {}

    def save(self, call: ModelCall) -> None:
        """Keep one call. Raises PortFault when the store cannot."""
        if call.reason is FallbackReason.NO_MODEL:
            self._waiting.setdefault(call.run_id, []).append(call)
            return
        with self._units.write() as unit:
            unit.model_calls.save(call)
            unit.commit()

    def take(self, run_id: RunId) -> Sequence[ModelCall]:
        """Hand over the calls that wait for their run to be written."""
        return self._waiting.pop(run_id, ())
