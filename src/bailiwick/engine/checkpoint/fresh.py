"""What one saver has written: the rest of what it makes is new, and added without looking."""

from collections.abc import Sequence

from bailiwick.engine.checkpoint.book import TaskWrites
from bailiwick.ports.checkpoints import CheckpointRow, ValueRow

Name = tuple[str, ...]


class Fresh:
    """Tells what is new of a saver's rows; no other makes any of the same name.

    LangGraph names each checkpoint anew, and a version is named by the saver that made it. Who
    writes a name twice is told, so that the second row replaces the first.
    """

    def __init__(self) -> None:
        self._written: set[Name] = set()

    def adds(self, row: CheckpointRow, values: Sequence[ValueRow]) -> bool:
        """Note a checkpoint with its values; tell whether all of it is new."""
        names = {(row.thread_id, row.ns, row.checkpoint_id)}
        found = {(v.thread_id, v.ns, v.channel, v.version) for v in values}
        return self._notes(names | found)

    def begins(self, thread_id: str, task: TaskWrites) -> bool:
        """Note what a task wrote; tell whether nothing can be stored of it yet."""
        place = (thread_id, task.ns, task.checkpoint_id)
        return self._notes({(*place, "", task.task_id)}) and place in self._written

    def _notes(self, names: set[Name]) -> bool:
        is_new = names.isdisjoint(self._written)
        self._written |= names
        return is_new
