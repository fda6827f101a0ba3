"""A capability's graph in the form in which it runs on threads: compiled once, used by each run."""

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bailiwick.engine.checkpoint.shape import codec_of, shape_of

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph import ThreadGraph

    from bailiwick.engine.checkpoint.codec import StateCodec
    from bailiwick.engine.graphs.loading import Builder


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadForm:
    """What all runs of one graph share: none of them changes it."""

    builder: "Builder"
    shape: str
    codec: "StateCodec"
    compiled: "ThreadGraph"

    def on(self, saver: "BaseCheckpointSaver[str]") -> "ThreadGraph":
        """Return the graph on a saver of its own; compiling it anew would take milliseconds."""
        found = copy(self.compiled)
        found.checkpointer = saver
        return found


def form_of(builder: "Builder") -> ThreadForm:
    """Compile a graph for threads. Raises UnableToStoreState when its types cannot be read."""
    return ThreadForm(
        builder=builder,
        shape=shape_of(builder),
        codec=codec_of(builder),
        compiled=builder.compile(checkpointer=None),
    )
