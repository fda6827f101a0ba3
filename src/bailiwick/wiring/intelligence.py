"""Puts the model together: an endpoint when one is configured, else the rules."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.ids import RunId
from bailiwick.domain.model_call import FallbackReason, ModelCall
from bailiwick.settings import ModelSettings
from bailiwick.wiring.grounds import Grounds

if TYPE_CHECKING:
    from bailiwick.models.endpoint_settings import EndpointSettings
    from bailiwick.models.surroundings import Surroundings
    from bailiwick.ports.model import Model
    from bailiwick.store.unit import SqlUnits


def model(grounds: Grounds, *, sink: "CallLedger", halted: Callable[[str], bool]) -> "Model":
    """Return the model of this workspace. Raises SettingsFault for an unusable endpoint."""
    from bailiwick.models.prompts import PromptLibrary
    from bailiwick.models.surroundings import Surroundings

    surroundings = Surroundings(
        prompts=PromptLibrary(),
        sink=sink,
        clock=grounds.clock,
        ids=grounds.ids,
        halted=halted,
        tracer=grounds.observation.tracer,
    )
    if not grounds.settings.model.base_url:
        from bailiwick.models.rules import RulesModel

        return RulesModel(surroundings)
    return _endpoint(grounds, surroundings)


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


def _endpoint(grounds: Grounds, surroundings: "Surroundings") -> "Model":
    from bailiwick.models.budget import BudgetLimits, RunLimits
    from bailiwick.models.endpoint import build_gateway
    from bailiwick.wiring.spending import spending

    budget = grounds.settings.budget

    def run_limits(capability: str) -> RunLimits:
        spec = grounds.graphs.spec(capability)
        return RunLimits(tokens_max=spec.tokens_max, calls_max=spec.model_calls_max)

    limits = BudgetLimits(
        request_tokens_max=budget.request_tokens,
        run_tokens_max=budget.run_tokens,
        day_picodollars_max=None,  # the ledger keeps the day
    )
    return build_gateway(
        endpoint_settings(grounds.settings.model),
        surroundings,
        budget_limits=limits,
        run_limits=run_limits,
        ledger=spending(budget, grounds.units),
    )


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
