"""Classifies a company by words of its row, or not at all: that nothing names one is no fact."""

from typing import Final

from bailiwick.kit.text import folded

EXACT_PERMILLE: Final = 800  # ours: the row's own industry names the class
GUESS_PERMILLE: Final = 500  # capabilities 20: a heuristic class is accepted at 0.5
DESCRIPTION_LENGTH_MAX: Final = 2_000  # ours: longer descriptions say nothing new

_CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "software": ("software", "saas", "it services", "information technology", "internet"),
    "manufacturing": ("manufactur", "machinery", "industrial", "maschinenbau", "automotive"),
    "finance": ("financ", "bank", "insurance", "versicherung", "investment", "capital"),
    "health": ("health", "hospital", "medical", "pharma", "biotech", "clinic"),
    "retail": ("retail", "e-commerce", "ecommerce", "consumer goods", "wholesale", "handel"),
    "logistics": ("logistic", "transport", "shipping", "freight", "spedition"),
    "construction": ("construction", "real estate", "architecture", "immobilien", "bau "),
    "education": ("education", "university", "school", "e-learning", "training"),
    "media": ("media", "marketing", "advertising", "publishing", "entertainment"),
    "energy": ("energy", "utilities", "oil", "renewable", "solar"),
    "consulting": ("consult", "professional services", "legal services", "accounting"),
    "public": ("government", "public sector", "non-profit", "nonprofit", "association"),
}


def category(industry: str, description: str) -> tuple[str, int] | None:
    """Return a class of the closed list and how sure it is, in permille; None when none fits."""
    named = _class_of(folded(industry))
    if named:
        return named, EXACT_PERMILLE
    guessed = _class_of(folded(description[:DESCRIPTION_LENGTH_MAX]))
    return (guessed, GUESS_PERMILLE) if guessed else None


def size_band(employees_count: int) -> str:
    """Return the band of a headcount (capabilities 32, size map)."""
    for most in (10, 50, 200, 500, 1000, 5000, 10000):
        if employees_count <= most:
            return f"up_to_{most}"
    return "above_10000"


def _class_of(text: str) -> str:
    hits = {name: sum(word in text for word in words) for name, words in _CLASSES.items()}
    best = max(hits.values())
    return next((name for name, count in hits.items() if count == best), "") if best else ""
