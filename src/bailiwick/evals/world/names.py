"""Words that a generated world is made of, by country; every name is invented or very common."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """Where somebody lives and how they write."""

    country: str
    language: str
    timezone: str
    cities: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    dialling: str


LOCALES: Final = (
    Locale(
        country="GB", language="en", timezone="Europe/London", dialling="+44 20 7946 0",
        cities=("Leeds", "Bristol", "Glasgow", "Cardiff"),
        first=("Dana", "Kim", "Oliver", "Priya", "Tom", "Aisha", "Grace", "Liam", "Zoë", "Ewan"),
        last=("Whitfield", "Oduya", "Harper", "Patel", "O'Brien", "Khan", "Murray", "Ashworth"),
    ),
    Locale(
        country="DE", language="de", timezone="Europe/Berlin", dialling="+49 30 23125 0",
        cities=("Köln", "Leipzig", "Stuttgart", "Hamburg"),
        first=("Jürgen", "Anke", "Lukas", "Sabine", "Felix", "Miriam", "Tobias", "Ulrike"),
        last=("Müller", "Schäfer", "Vogt", "Brandt", "Krüger", "Lorenz", "Hofmann", "Weiß"),
    ),
    Locale(
        country="FR", language="fr", timezone="Europe/Paris", dialling="+33 1 99 00 0",
        cities=("Lyon", "Nantes", "Lille", "Toulouse"),
        first=("Élodie", "Julien", "Camille", "Théo", "Nadia", "Hugo", "Margaux", "Rémi"),
        last=("Lefèvre", "Moreau", "Girard", "Fontaine", "Benoît", "Chevalier", "Roux"),
    ),
    Locale(
        country="ES", language="es", timezone="Europe/Madrid", dialling="+34 91 990 0",
        cities=("Sevilla", "Valencia", "Bilbao", "Zaragoza"),
        first=("Lucía", "Íñigo", "Marta", "Álvaro", "Carmen", "Javier", "Nuria", "Pablo"),
        last=("Muñoz", "Ibáñez", "Romero", "Peña", "Castillo", "Vidal", "Ortega"),
    ),
)  # fmt: skip

TRADES: Final = (
    ("Steel", "Manufacturing"), ("Logistics", "Transport"), ("Foods", "Food production"),
    ("Optics", "Precision engineering"), ("Textiles", "Textiles"), ("Plastics", "Chemicals"),
    ("Tools", "Machinery"), ("Marine", "Shipbuilding"), ("Paper", "Packaging"),
    ("Energy", "Utilities"),
)  # fmt: skip
STEMS: Final = (
    "Acme", "Globex", "Norvik", "Halden", "Brightwater", "Kestrel", "Lindqvist", "Marlow",
    "Oakridge", "Penrose", "Quillon", "Redfern", "Silverline", "Tamar", "Umber", "Valcor",
    "Westmark", "Yarrow", "Zephyr", "Corvane", "Delmont", "Eastgate", "Farrow", "Greystone",
)  # fmt: skip
TITLES: Final = (
    "Head of Procurement", "Operations Director", "Plant Manager", "Chief Executive Officer",
    "Production Planner", "VP Supply Chain", "IT Manager", "Purchasing Assistant",
    "Chief Operating Officer", "Quality Manager",
)  # fmt: skip
STAGES: Final = (
    "Qualification",
    "Discovery",
    "Proposal",
    "Negotiation",
    "Closed won",
    "Closed lost",
)
