"""Changing the customer database, inside the transaction that settles the effect."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bailiwick.domain.action import Action
from bailiwick.domain.ids import RunId
from bailiwick.domain.receipt import Receipt
from bailiwick.kit.hashing import Canonical
from bailiwick.policy.permit import Permit


class CrmWriter(Protocol):
    """Carries out internal actions in the transaction of one unit, so exactly once."""

    def apply(
        self,
        action: Action,
        args: Mapping[str, Canonical],
        *,
        run_id: RunId,
        at: datetime,
        permit: Permit,
    ) -> Receipt:
        """Apply facts, suppression, task, field, stage, bulk update or delete.

        The payload must hash to the permit's payload hash (assertion). Rows that are gone or a
        field that may not be written give `Outcome.NOT_DONE_FINAL` with the reason.
        """
        ...
