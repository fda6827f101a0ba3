import pytest

from bailiwick.domain.extraction.company_domain import (
    company_facts,
    is_free_mail,
    registrable,
)


@pytest.mark.parametrize(
    "address", ["a@gmail.com", "a@GMX.de", "a@mail.yahoo.com", "nobody", "a@", ""]
)
def test_a_free_mail_address_names_no_company(address: str) -> None:
    """Hosts that anybody can use, and what is no address, say nothing."""
    assert company_facts(address) == ()


def test_a_company_address_gives_domain_and_a_doubtful_name() -> None:
    """The domain is sure, the name is a guess below the gate, both stand in the address."""
    address = "dana@mail.blue-river.co.uk"
    domain, name = company_facts(address)
    assert (domain.field, domain.value) == ("domain", "blue-river.co.uk")
    assert name.value == "blue-river"
    assert name.confidence_permille < 600 <= domain.confidence_permille
    assert all(address[v.start : v.end] == v.value for v in (domain, name))


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("a.b.acme.example", "acme.example"),
        ("acme.com.br", "acme.com.br"),
        ("ACME.Example.", "acme.example"),
        ("localhost", ""),
        ("10.0.0.1", ""),
        ("co.uk", ""),
        ("bad_label!.com", ""),
        ("-x.com", ""),
        ("", ""),
    ],
)
def test_the_registrable_part_is_kept(domain: str, expected: str) -> None:
    """Hosts below a company's domain fold into it; what is no domain gives nothing."""
    assert registrable(domain) == expected


def test_a_company_that_only_looks_free_is_not() -> None:
    """Free-mail hosts are matched whole."""
    assert not is_free_mail("notgmail.com")
    assert is_free_mail("gmail.com")
