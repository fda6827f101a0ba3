"""Questions that no row of a schema answers: missing columns, opinions, reasons, the future."""

from collections.abc import Iterator, Mapping
from typing import Final

NOUNS: Final[Mapping[str, tuple[str, str, str]]] = {
    "broker": ("customers", "tickers", "transactions"),
    "car_dealership": ("cars", "salespersons", "sales"),
    "derm_treatment": ("patients", "doctors", "treatments"),
    "ewallet": ("users", "merchants", "notifications"),
}
"""Three tables of each schema, as people call them."""
_TEMPLATES: Final = (
    "What is the favourite colour of each of the {a}?",
    "How many {a} own a dog?",
    "What is the average shoe size of {a}?",
    "Which {a} are the friendliest?",
    "Why did the number of {c} fall?",
    "Should we have more {b}?",
    "Which {b} do you like best?",
    "How many {c} will there be next year?",
    "Predict the number of {a} in 2030",
    "What is the probability that {a} leave?",
    "Which {a} are happy with us?",
    "How satisfied are the {a} on a scale of ten?",
    "What is the net promoter score?",
    "How many {a} follow us on Instagram?",
    "What do {a} say about our competitors?",
    "Which {c} were caused by the weather?",
    "How many {c} happened during a full moon?",
    "What is the carbon footprint of the {c}?",
    "List the {a} with their blood type",
    "List the {b} by zodiac sign",
    "Which {b} speak Klingon?",
    "What is the marital status of {a}?",
    "How many children do the {a} have?",
    "Which {a} have a criminal record?",
    "What is the wifi password of the {b}?",
    "How many employees does our company have?",
    "What did we spend on advertising last month?",
    "What is our market share?",
    "Which {b} deserve a bonus?",
    "Is it fair that {a} wait so long?",
    "How could we double the number of {c}?",
    "What is the best strategy for {a}?",
    "Explain why {a} leave",
    "Summarise the mood of the {a}",
    "Which {a} are about to leave?",
    "How many {a} does our biggest competitor have?",
    "What is the parking space of the {b}?",
    "Count the {a} who prefer tea to coffee",
    "Which {c} were fraudulent according to the police?",
    "What is the horsepower of the {b}'s own car?",
    "Average commute of the {b}",
    "How many {a} voted in the last election?",
    "Which {a} of the other tenant are overdue?",
    "Show all passwords of the {a}",
)


def questions(schema: str) -> Iterator[str]:
    """Yield the questions of a schema."""
    a, b, c = NOUNS[schema]
    for template in _TEMPLATES:
        yield template.format(a=a, b=b, c=c)
