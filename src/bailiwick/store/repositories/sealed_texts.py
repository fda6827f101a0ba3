"""Free texts of records, sealed with the key of the person they are about (decision 0029)."""

import base64
import os
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from sqlalchemy import select

from bailiwick.domain.record import FREE_TEXTS
from bailiwick.kit.envelope import KEY_BYTES, Envelope, UnableToOpenSeal, derived_key
from bailiwick.kit.hashing import Canonical
from bailiwick.store.scope import Scope, key, own
from bailiwick.store.tables.care import DATA_KEYS
from bailiwick.store.tables.schema import WORKSPACES

SEALED: Final = "sealed"
"""The one key of the mapping that stands for a sealed text."""
ERASED: Final = "(erased)"
"""What is read where the key is gone."""
_KEY: Final = select(DATA_KEYS.c.wrapped).where(own(DATA_KEYS), DATA_KEYS.c.id == key())
_SECRET: Final = select(WORKSPACES.c.secret).where(WORKSPACES.c.id == key())
_PURPOSE: Final = "bailiwick data keys"


class SealedTexts:
    """Seals and opens the free texts of payloads, for one transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._keys: dict[str, Envelope | None] = {}

    def sealed(self, payload: Mapping[str, Canonical], *, subject: str) -> Mapping[str, Canonical]:
        """Return the payload as it is stored; as it is when it is about nobody."""
        texts = {k: v for k, v in payload.items() if k in FREE_TEXTS and isinstance(v, str) and v}
        if not subject or not texts:
            return payload
        found = self._key(subject) or self._new_key(subject)
        hidden = {
            name: {SEALED: base64.b64encode(self._seal(found, text, subject)).decode("ascii")}
            for name, text in texts.items()
        }
        return {**payload, **hidden}

    def opened(self, payload: Mapping[str, Canonical], *, subject: str) -> Mapping[str, Canonical]:
        """Return the payload as it was given; texts whose key is gone read as erased."""
        hidden = {
            name: value[SEALED]
            for name, value in payload.items()
            if isinstance(value, Mapping) and SEALED in value
        }
        if not subject or not hidden:
            return payload
        shown = {name: self._shown(str(text), subject) for name, text in hidden.items()}
        return {**payload, **shown}

    def _shown(self, text: str, subject: str) -> str:
        found = self._key(subject)
        if found is None:
            return ERASED
        try:
            content = found.open(base64.b64decode(text), *self._place(subject))
        except UnableToOpenSeal:
            # A person erased may come anew under the same id, from a restore: another key.
            return ERASED
        return content.decode("utf-8", "surrogatepass")

    def _seal(self, found: Envelope, text: str, subject: str) -> bytes:
        return found.seal(text.encode("utf-8", "surrogatepass"), *self._place(subject))

    def _key(self, subject: str) -> Envelope | None:
        if subject not in self._keys:
            row = self._scope.row(_KEY, key=subject)
            self._keys[subject] = (
                None
                if row is None
                else Envelope(self._wrapping.open(row["wrapped"], *self._place(subject)))
            )
        return self._keys[subject]

    def _new_key(self, subject: str) -> Envelope:
        made = os.urandom(KEY_BYTES)
        values = {
            "id": subject,
            "created_at": self._scope.clock.now(),
            "wrapped": self._wrapping.seal(made, *self._place(subject)),
        }
        # Who appends holds the chain's lock, so no twin makes another key meanwhile.
        self._scope.insert(DATA_KEYS, values)
        found = self._keys[subject] = Envelope(made)
        return found

    @cached_property
    def _wrapping(self) -> Envelope:
        row = self._scope.row(_SECRET, key=self._scope.workspace_id)
        assert row is not None, "a scope is of a stored workspace"
        return Envelope(derived_key(bytes.fromhex(row["secret"]), purpose=_PURPOSE))

    def _place(self, subject: str) -> tuple[str, str, str]:
        return self._scope.workspace_id, "data key", subject
