"""Asks the law whether a caller may use a right, and records the refusals.

The judge is pure, so an answer is kept for the same caller under the same rulebook. Refused changes
are always recorded; a refused look once a minute for each caller and right, since a page that polls
would fill the chain with one fact.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeAlias

from bailiwick.domain.access import Admission
from bailiwick.domain.crm import INCLUDES, Role
from bailiwick.domain.record import RecordKind
from bailiwick.domain.right import Right
from bailiwick.policy.access import Access, AccessQuestion, PrincipalKind
from bailiwick.policy.judge import judge
from bailiwick.policy.rulebook import Rulebook
from bailiwick.policy.verdict import Allowed, Verdict, rule_ids
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Units

VERDICTS_COUNT_MAX: Final = 10_000  # ours: callers times rights of one workspace
LOOKS: Final = frozenset({Right.SELF, Right.READ, Right.AUDIT})
LOOK_SECONDS: Final = 60.0  # ours: one record of a refused look a minute

_Key: TypeAlias = "tuple[str, Role, frozenset[Right] | None, Right]"


class Rights:
    """The law of routes in one workspace."""

    def __init__(self, *, rulebook: Callable[[], Rulebook], units: Units, clock: Clock) -> None:
        self._rulebook = rulebook
        self._units = units
        self._clock = clock
        self._verdicts: OrderedDict[_Key, Verdict] = OrderedDict()
        self._looked: OrderedDict[tuple[str, Right], float] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, admission: Admission, right: Right) -> Verdict | None:
        """Return what the law said to the same question before, without asking it."""
        with self._lock:
            return self._verdicts.get(_key(admission, right))

    def verdict(self, admission: Admission, right: Right) -> Verdict:
        """Ask the law."""
        found = self.known(admission, right)
        if found is None:
            found = judge(self._rulebook(), _question(admission, right))
            with self._lock:
                self._verdicts[_key(admission, right)] = found
                while len(self._verdicts) > VERDICTS_COUNT_MAX:
                    self._verdicts.popitem(last=False)
        return found

    def allows(self, admission: Admission, right: Right) -> bool:
        """Tell whether the law allows it."""
        return isinstance(self.verdict(admission, right), Allowed)

    def of(self, admission: Admission) -> frozenset[Right]:
        """Return every right that the law allows a caller."""
        return frozenset(right for right in Right if self.allows(admission, right))

    def covers(
        self, admission: Admission, role: Role, scopes: frozenset[Right] | None = None
    ) -> bool:
        """Tell whether a caller has all that a role opens, so that nobody gives more than that."""
        given = replace(admission, role=role, scopes=scopes)
        return self.of(given) <= self.of(admission)

    def record_refusal(self, admission: Admission, right: Right, verdict: Verdict) -> None:
        """Put a refusal on record, with the hash of the law that refused."""
        if right in LOOKS and not self._due(admission, right):
            return
        with self._units.write() as unit:
            unit.records.append(
                RecordKind.ACCESS_REFUSED,
                subject=admission.person_id,
                payload={
                    "right": right.value,
                    "means": admission.means.value,
                    "means_id": admission.means_id,
                    "rules": list(rule_ids(verdict)),
                    "rulebook_hash": verdict.rulebook_hash,
                },
                at=self._clock.now(),
            )
            unit.commit()

    def _due(self, admission: Admission, right: Right) -> bool:
        now = self._clock.monotonic()
        with self._lock:
            last = self._looked.get((admission.means_id, right))
            if last is not None and now - last < LOOK_SECONDS:
                return False
            self._looked[admission.means_id, right] = now
            while len(self._looked) > VERDICTS_COUNT_MAX:
                self._looked.popitem(last=False)
        return True


def _question(admission: Admission, right: Right) -> AccessQuestion:
    agent = admission.role is Role.AGENT
    scopes = admission.scopes
    return AccessQuestion(
        principal_kind=PrincipalKind.AGENT if agent else PrincipalKind.PERSON,
        principal_id=admission.person_id,
        workspace_id=admission.workspace_id,
        access=Access(
            right=right.value,
            roles=INCLUDES[admission.role],
            scoped=scopes is not None,
            scopes=frozenset(scope.value for scope in scopes or ()),
        ),
    )


def _key(admission: Admission, right: Right) -> _Key:
    return admission.person_id, admission.role, admission.scopes, right
