import pytest

from bailiwick.domain.drafting.claims import unsupported
from bailiwick.domain.outbound import Claim

SAID = {
    "fact:fct_1": "Acme Steel GmbH has 240 employees in Berlin",
    "knowledge:k1": "The Pro plan costs 40 EUR per seat, 10 % less from 12 March 2026.",
    "workspace:w": "Northwind, https://northwind.example, sales@northwind.example",
}
CLAIMS = tuple(Claim(text="x", evidence=evidence) for evidence in SAID)
TEMPLATE = "Hello, thank you for your message. Would Tuesday suit you?"


@pytest.mark.parametrize(
    "text",
    [
        "Hello, Acme Steel has 240 employees in Berlin.",
        "The Pro plan costs 40 EUR per seat.",
        "The plan costs 40 euros.",
        "It is 10% less from 12 March 2026.",
        "Would Tuesday suit you?",
        "Write to sales@northwind.example or see https://northwind.example.",
        "Thank you for writing. I will ask a colleague.",
        "Northwind's plan costs 40 €.",
    ],
)
def test_what_is_cited_is_supported(text: str) -> None:
    """Numbers, names, days and links that the evidence says pass."""
    assert unsupported(text, CLAIMS, SAID, template=TEMPLATE, language="en") == ()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("The plan costs 30 EUR.", "30 eur"),
        ("The plan costs 40 USD.", "40 usd"),
        ("You get 35 % off.", "35 %"),
        ("You get 40 % off.", "40 %"),
        ("We met on 14 May 2026.", "14"),
        ("Shall we talk on Friday?", "Friday"),
        ("We already work with Initech in your region.", "Initech"),
        ("Globex signed with us.", "Globex"),
        ("See https://evil.example/x for more.", "https://evil.example/x"),
        ("Write to kim@evil.example today.", "kim@evil.example"),
        ("Half of our customers agree, twenty of them.", "twenty"),
        ("Call +49 30 999999 now.", "49"),
        ("I spoke with Peter Gibbons yesterday.", "Peter"),
    ],
)
def test_what_nothing_says_is_named(text: str, part: str) -> None:
    """Every invented number, unit, day, name, link or address is reported."""
    missing = unsupported(text, CLAIMS, SAID, template=TEMPLATE, language="en")
    assert any(part.casefold() in found.casefold() for found in missing), missing


def test_evidence_counts_only_when_cited() -> None:
    """A known value that no claim cites is unsupported."""
    text = "The Pro plan costs 40 EUR."
    assert unsupported(text, CLAIMS[:1], SAID, template=TEMPLATE, language="en")


def test_a_claim_without_evidence_is_named() -> None:
    """A citation of something that is not there is itself unsupported."""
    claims = (Claim(text="made up", evidence="fact:none"),)
    assert unsupported("Hello", claims, SAID, template=TEMPLATE, language="en") == ("made up",)


def test_german_nouns_are_not_names_but_two_capitals_are() -> None:
    """German capitals alone mean nothing; a pair, a form of company or a number does."""
    ordinary = "Ich melde mich mit einer Antwort zu Ihrer Frage im Vertrag."
    assert unsupported(ordinary, (), {}, template="", language="de") == ()
    invented = "Wir arbeiten mit Peter Gibbons und der Initech GmbH."
    missing = unsupported(invented, (), {}, template="", language="de")
    assert any("Gibbons" in found for found in missing)
    assert any("Initech" in found for found in missing)
