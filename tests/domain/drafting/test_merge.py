import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailiwick.domain.drafting.merge import (
    FIELDS,
    Merged,
    MissingField,
    address_shaped,
    company_shaped,
    merge,
    name_shaped,
)

VALUES = {"contact.first_name": "Dana", "account.name": "Acme", "account.city": ""}


def test_known_fields_are_filled() -> None:
    """A field with a value is replaced and named."""
    merged = merge("Hello {{contact.first_name}} of {{ account.name }}", VALUES)
    assert merged == Merged(
        text="Hello Dana of Acme", fields=("contact.first_name", "account.name")
    )


@pytest.mark.parametrize(
    "template",
    [
        "{{contact.last_name}}",
        "{{contact.__class__}}",
        "{{contact.first_name.upper()}}",
        "{{7*7}}",
        "{{}}",
        "{{account.city}}",
        "{{ {{contact.first_name}} }}",
        "{{contact.first_name",
        "contact.first_name}}",
        "{{sender.name}}",
    ],
)
def test_anything_else_fails_closed(template: str) -> None:
    """Unknown names, expressions, broken fields and empty values give no text."""
    assert isinstance(merge(template, VALUES), MissingField)


def test_an_optional_part_is_dropped_or_kept_whole() -> None:
    """Brackets keep their text only when every field inside has a value."""
    assert merge("a[[ in {{account.city}}]]b", VALUES) == Merged(text="ab", fields=())
    assert merge("a[[ of {{account.name}}]]b", VALUES) == Merged(
        text="a of Acmeb", fields=("account.name",)
    )


def test_a_value_is_never_a_template() -> None:
    """A field inside a value is not filled."""
    values = {"contact.first_name": "{{account.name}}", "account.name": "Acme"}
    assert merge("{{contact.first_name}}", values) == Merged(
        text="{{account.name}}", fields=("contact.first_name",)
    )


@given(name=st.text(max_size=40), value=st.text(max_size=40))
@settings(max_examples=200, derandomize=True)
def test_no_name_outside_the_table_is_filled(name: str, value: str) -> None:
    """Whatever a template asks for, only the closed table answers."""
    result = merge("x{{" + name + "}}", {name: value})
    assert isinstance(result, MissingField) or name.strip() in FIELDS


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("AT&T", True),
        ("Müller & Söhne GmbH", True),
        ("3M", True),
        ("Toys (Holding) S.A.", True),
        ("<script>", False),
        ("Acme\nBcc: x", False),
        ("www.evil.example", False),
        ("=HYPERLINK(1)", False),
        ("{{x}}", False),
        ("", False),
        ("12345", False),
    ],
)
def test_a_company_name_has_its_shape(text: str, kept: bool) -> None:  # noqa: FBT001 - parametrised
    """Real company names pass, markup, links and bare numbers do not."""
    assert bool(company_shaped(text)) is kept


def test_shapes_have_limits() -> None:
    """Very long names are not used, and an address is put on one line."""
    assert name_shaped("A" * 61) == ""
    assert address_shaped("1 Main Street\nSpringfield") == "1 Main Street, Springfield"
