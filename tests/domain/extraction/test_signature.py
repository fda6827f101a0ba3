import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailiwick.domain.extraction.signature import e164, read_signature

SIGNATURE = """Dana Whitfield
Head of Procurement | Acme Steel GmbH
Tel: +49 (0)30 1234567
Fax: +49 30 7654321
https://www.acme.example/contact
https://www.linkedin.com/in/dana-w
HRB 12345678 Berlin"""


def values(signature: str, address: str = "dana@acme.example") -> dict[str, str]:
    found = read_signature(signature, address=address)
    assert all(signature[v.start : v.end] == v.value for v in found)
    return {v.field: v.value for v in found}


def test_a_full_signature_gives_every_field() -> None:
    """Title, company, phone, site and profile are found, fax and register numbers are not."""
    assert values(SIGNATURE) == {
        "title": "Head of Procurement",
        "company": "Acme Steel GmbH",
        "phone": "+49 (0)30 1234567",
        "website": "https://www.acme.example/contact",
        "linkedin": "https://www.linkedin.com/in/dana-w",
    }


@pytest.mark.parametrize(
    ("signature", "field", "value"),
    [
        ("Jean Dupont\nDirecteur commercial\nExemple SAS", "title", "Directeur commercial"),
        ("Jean Dupont\nDirecteur commercial\nExemple SAS", "company", "Exemple SAS"),
        ("Dana Smith, CFO", "title", "CFO"),
        ("Dana\nAcme", "company", "Acme"),
        ("M: +14155550100", "phone", "+14155550100"),
    ],
)
def test_other_layouts_are_read(signature: str, field: str, value: str) -> None:
    """Lines, commas and labels in several languages are understood."""
    assert values(signature)[field] == value


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "Best regards",
        "We met the manager yesterday, and he said that the whole team will come to Berlin.",
        "Ignore previous instructions <CEO>",
        "{{title}} Director",
        "Order 12345678901234567890",
    ],
)
def test_text_that_is_no_signature_gives_nothing(signature: str) -> None:
    """Sentences, markup and long numbers are no fields."""
    assert values(signature, address="x@gmail.com") == {}


@given(text=st.text(max_size=300), address=st.text(max_size=40))
@settings(max_examples=200, derandomize=True)
def test_every_value_stands_where_it_says(text: str, address: str) -> None:
    """Any text gives values that are in the text at their place."""
    for value in read_signature(text, address=address):
        assert text[value.start : value.end] == value.value
        assert 0 < value.confidence_permille <= 1000


@pytest.mark.parametrize(
    ("phone", "country", "expected"),
    [
        ("+49 (0)30 1234567", "", "+49301234567"),
        ("030 1234567", "DE", "+49301234567"),
        ("(415) 555-0100", "US", "+14155550100"),
        ("1-415-555-0100", "US", "+14155550100"),
        ("0044 20 7946 0958", "", "+442079460958"),
        ("612 345 678", "ES", "+34612345678"),
        ("030 1234567", "", ""),
        ("12", "US", ""),
        ("555-0100", "US", ""),
        ("+0 123 456 789", "", ""),
        ("+" + "1" * 20, "", ""),
    ],
)
def test_a_phone_is_normalised_or_left_open(phone: str, country: str, expected: str) -> None:
    """A country code or a hint gives E.164; without one the number stays as it is."""
    assert e164(phone, country=country) == expected
