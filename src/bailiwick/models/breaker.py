"""Stops asking an endpoint that keeps failing, and tries it again with one call at a time."""

from dataclasses import dataclass
from typing import Final

from bailiwick.domain.model_call import FallbackReason

FAULTS_IN_ROW_MAX: Final = 5  # models 2.6
BUSY_IN_ROW_MAX: Final = 3  # models 2.5: repeated 429 is a budget event
OPEN_SECONDS: Final = 30.0  # models 2.6

_COUNTED: Final = frozenset(
    {
        FallbackReason.BUSY,
        FallbackReason.UNAVAILABLE,
        FallbackReason.TIMEOUT,
        FallbackReason.GARBLED,
    }
)


@dataclass(slots=True)
class _State:
    faults_in_row: int = 0
    busy_in_row: int = 0
    open_until: float | None = None


class Breaker:
    """One switch per model of one endpoint. Instants are monotonic seconds."""

    def __init__(self) -> None:
        self._states: dict[str, _State] = {}

    def lets_pass(self, model: str, *, now: float) -> bool:
        """Tell whether a call may start; when the pause is over one call is let through to try."""
        state = self._state(model)
        if state.open_until is None:
            return True
        if now < state.open_until:
            return False
        # The others wait another pause unless this call succeeds first.
        state.open_until = now + OPEN_SECONDS
        return True

    def served(self, model: str) -> None:
        """Note that the endpoint answered, whatever it said: it lives."""
        self._states[model] = _State()

    def failed(self, model: str, reason: FallbackReason, *, now: float) -> None:
        """Note a fault; those that are about content do not count."""
        state = self._state(model)
        if reason is FallbackReason.UNPAID:
            state.open_until = now + OPEN_SECONDS
            return
        if reason not in _COUNTED:
            self.served(model)
            return
        state.faults_in_row += 1
        state.busy_in_row = state.busy_in_row + 1 if reason is FallbackReason.BUSY else 0
        tripped = state.faults_in_row >= FAULTS_IN_ROW_MAX or state.busy_in_row >= BUSY_IN_ROW_MAX
        if tripped or state.open_until is not None:
            state.open_until = now + OPEN_SECONDS

    def _state(self, model: str) -> _State:
        return self._states.setdefault(model, _State())
