"""Matching the engine's tickets with our jobs.

The engine hands out tickets of a line by priority and age; which job is next, by due time too, is
our row's to say. Tickets of one line and priority are alike, so two jobs can change theirs.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, case, update

from bailiwick.store.tables.queue import JOBS


def tickets_for(
    connection: Connection, workspace: str, owned: Mapping[str, int], taken: Sequence[int]
) -> list[str]:
    """Give the tickets that were taken to the jobs, in order; return the jobs that have got one.

    `owned` are the jobs that are wanted, locked by this transaction, each with its own ticket.
    """
    spare = sorted(set(taken) - set(owned.values()))
    without = [job for job in owned if owned[job] not in set(taken)]
    changing = dict(zip([owned[job] for job in without], spare, strict=False))
    if changing:
        _exchange(connection, workspace, changing)
    lacking = set(without[len(spare) :])
    return [job for job in owned if job not in lacking]


def _exchange(connection: Connection, workspace: str, changing: Mapping[int, int]) -> None:
    """Let each pair of numbers change places."""
    moves = {**changing, **{spare: own for own, spare in changing.items()}}
    connection.execute(
        update(JOBS)
        .where(JOBS.c.workspace_id == workspace, JOBS.c.engine_id.in_(list(moves)))
        .values(engine_id=case(moves, value=JOBS.c.engine_id))
    )
