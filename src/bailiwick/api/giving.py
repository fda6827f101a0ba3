"""Nobody gives more than they have: asked of the law before a role, a password or a key is given.

An administrator has every right, so this is about keys: one that is limited to a few rights must
not make a way in with more of them.
"""

from http import HTTPStatus

from bailiwick.api.caller import REFUSED
from bailiwick.api.problem import refuse
from bailiwick.domain.crm import Role
from bailiwick.domain.right import Right
from bailiwick.wiring.caller import Caller


def require_covers(caller: Caller, role: Role, scopes: frozenset[Right] | None = None) -> None:
    """Let a caller give what a role opens within scopes. Raises Refusal (403)."""
    if not caller.application.entrance.rights.covers(caller.admission, role, scopes):
        detail = f"this would give the rights of {role.value}, and the key that asks has not all"
        raise refuse(HTTPStatus.FORBIDDEN, detail, kind=REFUSED)
