"""Pure evaluators: what a run was expected to propose against what it proposed."""

from collections.abc import Mapping, Sequence

from bailiwick.kit.hashing import Canonical


def proposed_actions(outcome: Mapping[str, Canonical]) -> tuple[str, ...]:
    """Return the actions of an outcome in run order."""
    steps = outcome["steps"]
    if not isinstance(steps, Sequence) or isinstance(steps, str):
        return ()
    return tuple(str(step["action"]) for step in steps if isinstance(step, Mapping))


def as_expected(
    outcome: Mapping[str, Canonical], *, actions: Sequence[str], skip_reason: str
) -> bool:
    """Tell whether a run proposed exactly these actions and gave this reason for doing nothing."""
    return proposed_actions(outcome) == tuple(actions) and outcome["skip_reason"] == skip_reason
