"""Whom a mail speaks to: the field of work that a job title names, and how we stand with them.

The closer of title, rank and department to one of a few fields wins; a title that is close to none
gets the plain wording. An empty or unread feature is unknown and leaves the denominator.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import Final

from bailiwick.domain.crm import Contact, Opportunity
from bailiwick.domain.extraction.title import TITLE_LENGTH_MAX, job_level
from bailiwick.kit.text import folded

TITLE_PERMILLE: Final = 700  # capabilities 18.2, as are the other two
SENIORITY_PERMILLE: Final = 150
DEPARTMENT_PERMILLE: Final = 150
MATCH_PERMILLE_MIN: Final = 550  # capabilities 18.2
TOKEN_LIKENESS_MIN: Final = 0.85  # ours: a letter or an ending apart
TITLES_KEPT_MAX: Final = 4_096  # ours: distinct titles of a large workspace
_UNKNOWN: Final = "unknown"
_ASSISTANCE: Final = "assistance"
_SMALL_WORDS: Final = frozenset(
    (
        "of", "the", "and", "for", "to", "de", "la", "le", "du", "des", "d", "der", "die", "das",
        "und", "fur", "y", "e", "el", "en",
    )
)  # fmt: skip
_CUSTOMERS: Final = frozenset({"customer", "kunde", "client", "cliente"})


class Persona(StrEnum):
    """A field of work that has its own wording."""

    EXECUTIVE = "executive"
    SALES = "sales"
    MARKETING = "marketing"
    FINANCE = "finance"
    TECHNOLOGY = "technology"
    OPERATIONS = "operations"
    PEOPLE = "people"


class Footing(StrEnum):
    """How we stand with a person."""

    STRANGER = "stranger"
    IN_DEAL = "in_deal"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """What the titles of one persona look like."""

    persona: Persona
    titles: tuple[str, ...]
    departments: frozenset[str]
    topics: tuple[str, ...]
    """Of the closed list: which approved statement would interest them, the first the most."""


_TOP: Final = frozenset({"c_level", "founder", "partner"})
_RANKS: Final = frozenset({"c_level", "vp", "director", "manager"})
_FIELDS: Final = (
    _Field(
        persona=Persona.EXECUTIVE,
        titles=(
            "ceo", "chief executive", "managing director", "president", "founder", "owner",
            "managing partner", "general manager", "geschaftsfuhrer", "geschaftsfuhrung",
            "vorstand", "inhaber", "grunder", "pdg", "gerant", "directeur general", "fondateur",
            "director general", "gerente general", "consejero delegado", "fundador",
        ),
        departments=frozenset({_UNKNOWN}),
        topics=("timeline", "pricing"),
    ),
    _Field(
        persona=Persona.SALES,
        titles=(
            "sales", "cro", "revenue", "account executive", "business development", "vertrieb",
            "vertriebsleiter", "verkauf", "ventes", "commercial", "ventas", "comercial",
        ),
        departments=frozenset({"sales"}),
        topics=("demo", "integration"),
    ),
    _Field(
        persona=Persona.MARKETING,
        titles=("marketing", "cmo", "brand", "growth", "communications", "kommunikation"),
        departments=frozenset({"marketing"}),
        topics=("demo", "integration"),
    ),
    _Field(
        persona=Persona.FINANCE,
        titles=(
            "finance", "cfo", "chief financial", "controller", "controlling", "accounting",
            "treasury", "procurement", "purchasing", "finanzen", "buchhaltung", "einkauf",
            "einkaufsleiter", "finances", "financier", "comptabilite", "achats", "finanzas",
            "financiero", "contabilidad", "compras",
        ),
        departments=frozenset({"finance", "procurement"}),
        topics=("pricing", "contract", "invoice"),
    ),
    _Field(
        persona=Persona.TECHNOLOGY,
        titles=(
            "cto", "cio", "ciso", "technology", "technical", "engineering", "engineer", "software",
            "it", "information security", "systems", "product", "technik", "entwicklung",
            "entwickler", "informatik", "technique", "informatique", "ingenieur", "dsi",
            "tecnologia", "sistemas", "desarrollo", "ingeniero",
        ),
        departments=frozenset({"engineering", "it", "product"}),
        topics=("security", "integration"),
    ),
    _Field(
        persona=Persona.OPERATIONS,
        titles=(
            "operations", "coo", "supply chain", "logistics", "production", "plant manager",
            "customer success", "customer service", "betrieb", "produktion", "werksleiter",
            "logistik", "kundenservice", "exploitation", "logistique", "operaciones", "produccion",
        ),
        departments=frozenset({"operations", "support"}),
        topics=("onboarding", "support"),
    ),
    _Field(
        persona=Persona.PEOPLE,
        titles=(
            "hr", "chro", "human resources", "people", "talent", "recruiter", "recruiting",
            "personal", "personalleiter", "rh", "ressources humaines", "recursos humanos",
        ),
        departments=frozenset({"hr"}),
        topics=("onboarding", "support"),
    ),
)  # fmt: skip


def topics_for(persona: Persona) -> tuple[str, ...]:
    """Return the topics whose approved statements interest a persona, the first the most."""
    return next(field.topics for field in _FIELDS if field.persona is persona)


@lru_cache(maxsize=TITLES_KEPT_MAX)
def persona_of(title: str, *, seniority: str = "", department: str = "") -> Persona | None:
    """Return the persona that a title is close enough to, or None.

    Seniority and department are what facts say; empty reads them from the title.
    """
    level = job_level(title)
    words = _tokens(title)
    rank = seniority or level.seniority
    place = department or level.department
    # Who opens the mail of the chief executive is not the chief executive.
    if not words or _ASSISTANCE in {place, level.department}:
        return None
    scored = [(_score(field, words, rank, place), field.persona) for field in _FIELDS]
    best, persona = max(scored, key=lambda pair: pair[0])
    return persona if best >= MATCH_PERMILLE_MIN else None


def footing_of(contact: Contact, deals: Sequence[Opportunity]) -> Footing:
    """Tell how we stand with a contact, from open deals and the stage that the CRM holds."""
    if folded(contact.lifecycle) in _CUSTOMERS:
        return Footing.CUSTOMER
    return Footing.IN_DEAL if deals else Footing.STRANGER


def _score(field: _Field, words: frozenset[str], seniority: str, department: str) -> int:
    likeness = max(_likeness(_tokens(title), words) for title in field.titles)
    weights, score = TITLE_PERMILLE, int(TITLE_PERMILLE * likeness)
    ranks = _TOP if field.persona is Persona.EXECUTIVE else _RANKS
    if seniority != _UNKNOWN:
        weights += SENIORITY_PERMILLE
        score += SENIORITY_PERMILLE * (seniority in ranks)
    if department != _UNKNOWN:
        weights += DEPARTMENT_PERMILLE
        score += DEPARTMENT_PERMILLE * (department in field.departments)
    return score * 1000 // weights


def _likeness(wanted: frozenset[str], words: frozenset[str]) -> float:
    """Return which share of the wanted words a title has, in any order, a letter apart or so."""
    found = sum(any(_alike(want, word) for word in words) for want in wanted)
    return found / len(wanted)


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    shortest = 4  # ours: of shorter words every letter matters
    if min(len(one), len(other)) < shortest:
        return False
    return SequenceMatcher(a=one, b=other, autojunk=False).ratio() >= TOKEN_LIKENESS_MIN


def _tokens(title: str) -> frozenset[str]:
    decomposed = unicodedata.normalize("NFKD", title[:TITLE_LENGTH_MAX])
    kept = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return frozenset(kept.casefold().split()) - _SMALL_WORDS
