"""Free texts of records, sealed with the key of the person they are about (decision 0029)."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from bailiwick.domain.record import FREE_TEXTS
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.sealing import (
    UnableToOpenSealed,
    derived_key,
    new_key,
    opened,
    opened_text,
    sealed,
    sealed_text,
)
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
        self._keys: dict[str, bytes | None] = {}
        self._wrapping = b""

    def sealed(self, payload: Mapping[str, Canonical], *, subject: str) -> Mapping[str, Canonical]:
        """Return the payload as it is stored; as it is when it is about nobody."""
        texts = {k: v for k, v in payload.items() if k in FREE_TEXTS and isinstance(v, str) and v}
        if not subject or not texts:
            return payload
        found = self._key(subject) or self._new_key(subject)
        hidden = {
            name: {SEALED: sealed_text(found, text, about=self._about(subject))}
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
            return opened_text(found, text, about=self._about(subject))
        except UnableToOpenSealed:
            # A person erased may come anew under the same id, from a restore: another key.
            return ERASED

    def _key(self, subject: str) -> bytes | None:
        if subject not in self._keys:
            row = self._scope.row(_KEY, key=subject)
            self._keys[subject] = (
                None
                if row is None
                else opened(self._wrapping_key(), row["wrapped"], about=self._about(subject))
            )
        return self._keys[subject]

    def _new_key(self, subject: str) -> bytes:
        made = new_key()
        wrapped = sealed(self._wrapping_key(), made, about=self._about(subject))
        now = self._scope.clock.now()
        values = {"id": subject, "created_at": now, "wrapped": wrapped}
        # Who appends holds the chain's lock, so no twin makes another key meanwhile.
        self._scope.insert(DATA_KEYS, values)
        self._keys[subject] = made
        return made

    def _wrapping_key(self) -> bytes:
        if not self._wrapping:
            row = self._scope.row(_SECRET, key=self._scope.workspace_id)
            assert row is not None, "a scope is of a stored workspace"
            self._wrapping = derived_key(bytes.fromhex(row["secret"]), purpose=_PURPOSE)
        return self._wrapping

    def _about(self, subject: str) -> str:
        return f"{self._scope.workspace_id}|{subject}"
