"""What a tool declares: its right, and whether it proposes. Nothing else can be served."""

from collections.abc import Callable
from dataclasses import dataclass

from bailiwick.domain.right import Right
from bailiwick.mcp.shapes import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One tool; its first argument is the caller, its docstring what agents read."""

    right: Right
    run: Callable[..., Answer]
    proposes: bool = False
    """Ends in a verdict of the law; a tool that does not only reads."""

    whole: bool = False
    """Is about the workspace as a whole, so that it takes a reach as wide."""

    @property
    def name(self) -> str:
        """As agents call it."""
        return self.run.__name__
