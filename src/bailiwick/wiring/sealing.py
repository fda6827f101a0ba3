"""Seals the head of the audit chain and keeps a copy of the seal outside the database."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bailiwick.domain.seal import Seal
    from bailiwick.wiring.application import Application


ANY_KEY: Final = "any"
"""Given as the key to insist on: seals of every key count."""


def seal_now(bailiwick: "Application", out: Path | None = None) -> "Seal | None":
    """Sign the head and append the seal to the outside file; None when nothing came since.

    Raises SettingsFault when the key or the file cannot be used.
    """
    from bailiwick.domain.fault import SettingsFault
    from bailiwick.observe.seal import seal_head, write_outside

    path = out or Path(bailiwick.settings.audit.seals_file)
    seal = seal_head(bailiwick.chain, bailiwick.signer, at=bailiwick.clock.now())
    if seal is None:
        return None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_outside(path, seal)
    except OSError as error:
        message = f"the seal cannot be written to {path}: {error.strerror}; set [audit] seals_file"
        raise SettingsFault(message) from error
    return seal


def key_to_insist_on(bailiwick: "Application", given: str) -> str:
    """Return the public key whose seals count, empty for any; checking never makes one."""
    from bailiwick.observe.seal import FileSealSigner

    if given:
        return "" if given == ANY_KEY else given.lower()
    path = Path(bailiwick.settings.audit.seal_key_file)
    return FileSealSigner(path).public_key if path.exists() else ""
