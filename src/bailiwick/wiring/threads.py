"""Puts the thread service together."""

import secrets
from typing import TYPE_CHECKING

from bailiwick.engine.thread.parts import PURPOSE, ThreadParts
from bailiwick.engine.thread.shelf import Shelf
from bailiwick.engine.thread.threads import Threads
from bailiwick.kit.keyring import Keyring

if TYPE_CHECKING:
    from bailiwick.engine.inbox.approvals import Inbox
    from bailiwick.engine.runner import Runner
    from bailiwick.wiring.grounds import Grounds
    from bailiwick.wiring.runs import Runs


def threads(
    grounds: "Grounds", *, runner: "Runner", inbox: "Inbox", runs: "Runs", secret: bytes
) -> Threads:
    """Return what surfaces do with the threads of a workspace."""
    workspace_id = grounds.workspace.workspace_id
    keyring = Keyring([secret], purpose=PURPOSE)
    parts = ThreadParts(
        units=grounds.units,
        clock=grounds.clock,
        ids=grounds.ids,
        graphs=grounds.graphs,
        runner=runner,
        inbox=inbox,
        group=runs.together,
        waiting=runs.waiting,
        places=runs.places,
        keyring=keyring,
        shelf=Shelf(workspace_id, keyring),
        holder=secrets.token_hex(8),
    )
    return Threads(parts, workspace_id)
