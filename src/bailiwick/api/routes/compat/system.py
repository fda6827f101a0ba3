"""Whether the server is there, and what it is; public, as the original's."""

from importlib.metadata import version
from typing import Final

from starlette.responses import Response

from bailiwick.api.caller import public
from bailiwick.api.compat.answers import compat_router
from bailiwick.api.reply import ready

router = compat_router("langgraph: system")
FLAGS: Final = {"assistants": True, "crons": True, "langsmith": False}
HOST: Final = {
    "kind": "self-hosted",
    "project_id": None,
    "host_revision_id": None,
    "revision_id": None,
    "tenant_id": None,
}


@router.get("/ok", operation_id="compat_ok", dependencies=[public()])
async def ok() -> Response:
    """Tell that the server answers."""
    return ready({"ok": True})


@router.get("/info", operation_id="compat_info", dependencies=[public()])
async def info() -> Response:
    """Tell versions and what is offered; Studio and chat pages ask this first."""
    return ready(
        {
            "version": version("bailiwick"),
            "langgraph_py_version": version("langgraph"),
            "flags": FLAGS,
            "host": HOST,
        }
    )
