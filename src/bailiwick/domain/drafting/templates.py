"""The choice of template: by language, then by a stable hash of the contact, never by chance."""

from dataclasses import replace
from typing import Final, TypeVar

from bailiwick.domain.drafting.pack import Letter, Pack
from bailiwick.domain.drafting.pack_de import GERMAN
from bailiwick.domain.drafting.pack_en import ENGLISH
from bailiwick.domain.drafting.pack_es import SPANISH
from bailiwick.domain.drafting.pack_fr import FRENCH
from bailiwick.domain.drafting.persona import Footing, Persona
from bailiwick.domain.drafting.place import Angle
from bailiwick.domain.drafting.request import DraftRequest, Kind
from bailiwick.kit.hashing import digest_bytes

VERSION: Final = 3
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


def angle_of(request: DraftRequest) -> Angle:
    """Return what a mail that answers nothing is about: by its place, else by its kind."""
    if request.place is not None:
        return request.place.turn
    return Angle.INTRODUCTION if request.kind is Kind.INITIAL else Angle.REMINDER


def letters(request: DraftRequest, pack: Pack) -> tuple[Letter, ...]:
    """Return the wordings that fit, the chosen one first."""
    fitting = pack.letters_of(angle_of(request), request.footing)
    return rotated(fitting, request, salt="letter")


def reasons(request: DraftRequest, pack: Pack, persona: Persona | None) -> tuple[str, ...]:
    """Return the sentences for a field of work, where the mail is about why it may matter."""
    angle = angle_of(request)
    opens = angle is Angle.INTRODUCTION and request.footing is Footing.STRANGER
    if persona is None or not (opens or angle is Angle.RELEVANCE):
        return ()
    # The places that give a reason are 1, 3 and 7: each gets the next one.
    turned = replace(request, sequence=(request.sequence + 1) // 3)
    return rotated(pack.reasons_of(persona), turned, salt="reason")


def rotated(variants: tuple[T, ...], request: DraftRequest, *, salt: str) -> tuple[T, ...]:
    """Order variants by contact and place in the sequence, the same for the same input."""
    assert variants, salt
    seed = f"{request.contact.contact_id}|{salt}"
    first = (int(digest_bytes(seed.encode())[:8], 16) + request.sequence) % len(variants)
    return variants[first:] + variants[:first]


def template_id(pack: Pack, key: str) -> str:
    """Name a template with its language and version."""
    return f"{key}.{pack.language}@{VERSION}"
