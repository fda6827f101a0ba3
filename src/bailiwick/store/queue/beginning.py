"""Whether the holder of a job had begun with the work when it died.

The claim of a run writes the attempt into its row, in a commit of its own before the graph is
walked: a run whose row says less has only been leased. Other kinds of jobs begin with their lease.
"""

from typing import Final

from sqlalchemy import Connection, bindparam, select

from bailiwick.ports.queue import Job, JobKind
from bailiwick.store.tables.schema import PlainText
from bailiwick.store.tables.work import RUNS

_CLAIMED: Final = select(RUNS.c.attempt).where(
    RUNS.c.workspace_id == bindparam("workspace", type_=PlainText),
    RUNS.c.id == bindparam("run", type_=PlainText),
)


def had_begun(connection: Connection, job: Job) -> bool:
    """Tell whether this attempt counts; one that cannot be looked up does."""
    if job.kind is not JobKind.RUN:
        return True
    bound = {"workspace": job.workspace_id, "run": job.subject}
    claimed = connection.execute(_CLAIMED, bound).scalar()
    return claimed is None or claimed >= job.attempt
