"""What exists and how far each capability may go; loads no graph."""

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, sliced
from bailiwick.api.problem import present
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Told
from bailiwick.control.load import UnableToLoadCapability, load_spec
from bailiwick.control.registry import CAPABILITIES
from bailiwick.domain.right import Right

router = own_router("capabilities")
Reading = Annotated[Caller, may(Right.READ)]


class SpecBody(Told):
    """What a capability declares; or, with `broken`, why it cannot be used."""

    name: str


@router.get("/capabilities", responses={200: {"model": PageOf}})
def list_capabilities(caller: Reading, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List the capabilities with version, ceiling, actions and budget."""
    del caller
    found = sliced(CAPABILITIES, key=str, cursor=cursor, size=size)
    items = [_spec(name) for name in found.items]
    return ready({"items": items, "next_cursor": found.next_cursor})


@router.get("/capabilities/{name}", responses={200: {"model": SpecBody}})
def read_capability(
    caller: Reading, name: Annotated[str, Path(min_length=1, max_length=80)]
) -> Response:
    """Show one capability."""
    del caller
    known = name if name in CAPABILITIES else None
    return ready(_spec(present(known, "capability", name)))


def _spec(name: str) -> object:
    try:
        return load_spec(name)
    except (UnableToLoadCapability, ImportError) as fault:  # it breaks only itself
        return {"name": name, "broken": str(fault)}
