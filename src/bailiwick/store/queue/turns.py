"""Whose job is next: priority first, and within a priority the workspaces in turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, groupby, zip_longest
from operator import attrgetter


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A job that is due."""

    rank: int
    workspace_id: str
    due_at: datetime
    job_id: str
    ticket: int | None = field(default=None, compare=False)
    """Its number in the engine that delivers, if any."""
    capability: str | None = field(default=None, compare=False)
    """Of its run, if it has one."""


def rotated(workspaces: Sequence[str], *, after: str) -> list[str]:
    """Return the workspaces in turn, beginning with the one that follows `after`."""
    ordered = sorted(workspaces)
    later = [workspace for workspace in ordered if workspace > after]
    return later + ordered[: len(ordered) - len(later)]


def in_turn(
    candidates: Sequence[Candidate],
    *,
    allowed: Mapping[str, int],
    after: str,
    count_max: int,
) -> list[Candidate]:
    """Choose at most `count_max` candidates, and of each workspace no more than is allowed."""
    order = {
        workspace: place for place, workspace in enumerate(rotated(list(allowed), after=after))
    }
    left = dict(allowed)
    chosen: list[Candidate] = []
    for _, equals in groupby(sorted(candidates), key=attrgetter("rank")):
        lines: dict[str, list[Candidate]] = {}
        for candidate in equals:
            lines.setdefault(candidate.workspace_id, []).append(candidate)
        in_order = [lines[workspace] for workspace in sorted(lines, key=order.__getitem__)]
        for candidate in chain.from_iterable(zip_longest(*in_order)):
            if candidate is None or left[candidate.workspace_id] == 0:
                continue
            if len(chosen) == count_max:
                return chosen
            left[candidate.workspace_id] -= 1
            chosen.append(candidate)
    return chosen
