"""Passwords: hashed with Argon2id, a few at a time, and compared as long for nobody as for anybody.

Hashing takes memory on purpose, so only so many run at once: a flood of logins fills a queue, not
the machine.
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from bailiwick.domain.fault import InputFault, PortFault
from bailiwick.kit.secret import new_secret

MEMORY_KIB: Final = 19_456  # OWASP password storage cheat sheet: Argon2id, 19 MiB, t = 2, p = 1
ROUNDS: Final = 2
LANES: Final = 1
LENGTH_MIN: Final = 12  # ours; ASVS 5.0 asks for 8, 15 without a second factor at level 3
LENGTH_MAX: Final = 256  # ours: longer ones only cost time
CHARACTERS_MIN: Final = 5  # ours: different ones; less is a rhythm on a few keys
AT_ONCE_MAX: Final = 4  # ours: 76 MiB at most
WAIT_SECONDS_MAX: Final = 5.0  # ours: a person waits no longer for a login


class UnableToUsePassword(InputFault):
    """The password is too short, too long or too easily guessed."""


class UnableToHash(PortFault):
    """Too many logins at once."""

    retryable = True


class Passwords:
    """Hashes and checks passwords."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(
            time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID
        )
        self._places = threading.BoundedSemaphore(AT_ONCE_MAX)
        self._nobodys: str | None = None

    def hashed(self, password: str) -> str:
        """Return the hash to store. Raises UnableToHash."""
        with self._place():
            return self._hasher.hash(password)

    def fits(self, password: str, hashed: str | None) -> bool:
        """Tell whether a password is the right one; takes as long when there is none to compare.

        Raises UnableToHash.
        """
        with self._place():
            if self._nobodys is None:
                self._nobodys = self._hasher.hash(new_secret())
            try:
                self._hasher.verify(hashed or self._nobodys, password[:LENGTH_MAX])
            except (VerificationError, InvalidHashError):
                return False
            return hashed is not None

    @contextmanager
    def _place(self) -> Generator[None]:
        if not self._places.acquire(timeout=WAIT_SECONDS_MAX):
            message = "too many people log in at this moment; try again in a few seconds"
            raise UnableToHash(message)
        try:
            yield
        finally:
            self._places.release()


def require_usable(password: str, *, email: str) -> None:
    """Refuse a password that is short, endless or plainly guessable. Raises UnableToUsePassword."""
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        message = (
            f"a password has {LENGTH_MIN} to {LENGTH_MAX} characters; a few words in a row are good"
        )
        raise UnableToUsePassword(message)
    lowered = password.lower()
    name = email.partition("@")[0].lower()
    if len(set(lowered)) < CHARACTERS_MIN or lowered in {email.lower(), name}:
        message = "this password is too easily guessed; take words that nobody connects with you"
        raise UnableToUsePassword(message)
