"""Puts the thread service together."""

import secrets
from typing import TYPE_CHECKING

from bailiwick.engine.group_commit import GroupCommit
from bailiwick.engine.thread_parts import PURPOSE, ThreadParts
from bailiwick.engine.thread_shelf import Shelf
from bailiwick.engine.threads import Threads
from bailiwick.kit.keyring import Keyring

if TYPE_CHECKING:
    from bailiwick.wiring.application import Application


def threads(application: "Application", *, secret: bytes) -> Threads:
    """Return what surfaces do with the threads of a workspace."""
    workspace_id = application.workspace.workspace_id
    keyring = Keyring([secret], purpose=PURPOSE)
    parts = ThreadParts(
        units=application.units,
        clock=application.clock,
        ids=application.ids,
        graphs=application.graphs,
        runner=application.runner,
        inbox=application.inbox,
        group=GroupCommit(),
        keyring=keyring,
        shelf=Shelf(workspace_id, keyring),
        holder=secrets.token_hex(8),
    )
    return Threads(parts, workspace_id)
