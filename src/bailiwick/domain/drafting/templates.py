"""The choice of template: by language, then by a stable hash of the contact, never by chance."""

from typing import Final, TypeVar

from bailiwick.domain.drafting.pack import Letter, Pack
from bailiwick.domain.drafting.pack_de import GERMAN
from bailiwick.domain.drafting.pack_en import ENGLISH
from bailiwick.domain.drafting.pack_es import SPANISH
from bailiwick.domain.drafting.pack_fr import FRENCH
from bailiwick.domain.drafting.request import DraftRequest, Kind
from bailiwick.kit.hashing import digest_bytes

VERSION: Final = 1
"""Raised when the text of any template changes."""

PACKS: Final[dict[str, Pack]] = {pack.language: pack for pack in (ENGLISH, GERMAN, FRENCH, SPANISH)}

T = TypeVar("T")


def pack_for(request: DraftRequest) -> Pack:
    """Return the templates of the wanted language, English when there are none."""
    read = request.reading.language if request.reading is not None else ""
    for language in (request.language, read, request.contact.language):
        pack = PACKS.get(language[:2].casefold())
        if pack is not None:
            return pack
    return ENGLISH


def letters(request: DraftRequest, pack: Pack) -> tuple[Letter, ...]:
    """Return the templates of a first touch or follow-up, the chosen one first."""
    variants = pack.initial if request.kind is Kind.INITIAL else pack.followup
    return rotated(variants, request, salt="letter")


def rotated(variants: tuple[T, ...], request: DraftRequest, *, salt: str) -> tuple[T, ...]:
    """Order variants by contact and place in the sequence, the same for the same input."""
    assert variants, salt
    seed = f"{request.contact.contact_id}|{request.kind.value}|{salt}"
    first = (int(digest_bytes(seed.encode())[:8], 16) + request.sequence) % len(variants)
    return variants[first:] + variants[:first]


def template_id(pack: Pack, key: str) -> str:
    """Name a template with its language and version."""
    return f"{key}.{pack.language}@{VERSION}"
