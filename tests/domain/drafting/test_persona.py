import pytest

from bailiwick.domain.crm import Contact, Opportunity
from bailiwick.domain.drafting.persona import Footing, Persona, footing_of, persona_of
from bailiwick.domain.ids import ContactId, OpportunityId

DEAL = Opportunity(opportunity_id=OpportunityId("opp_1"), name="Renewal")


@pytest.mark.parametrize(
    ("title", "persona"),
    [
        ("CEO", Persona.EXECUTIVE),
        ("Founder & CEO", Persona.EXECUTIVE),
        ("Geschäftsführerin", Persona.EXECUTIVE),
        ("Directeur général", Persona.EXECUTIVE),
        ("Head of Sales", Persona.SALES),
        ("Vertriebsleiterin", Persona.SALES),
        ("VP Marketing", Persona.MARKETING),
        ("Chief Financial Officer", Persona.FINANCE),
        ("Leiter Einkauf", Persona.FINANCE),
        ("Responsable comptabilité", Persona.FINANCE),
        ("CTO", Persona.TECHNOLOGY),
        ("Senior Software Enginer", Persona.TECHNOLOGY),
        ("Head of IT", Persona.TECHNOLOGY),
        ("COO", Persona.OPERATIONS),
        ("Directora de operaciones", Persona.OPERATIONS),
        ("HR Business Partner", Persona.PEOPLE),
        ("Personalleiter", Persona.PEOPLE),
    ],
)
def test_a_title_names_its_field_of_work(title: str, persona: Persona) -> None:
    """Titles of four languages, misspelt or in another order, are close to their field."""
    assert persona_of(title) is persona


@pytest.mark.parametrize(
    "title",
    ["", "Gardener", "Artist", "Assistant to the CEO", "Sekretariat", "ÄÖ ß", "...", "x" * 500],
)
def test_a_title_close_to_nothing_has_none(title: str) -> None:
    """What is not close enough gets the plain wording; an assistant is not their chief."""
    assert persona_of(title) is None


def test_a_fact_speaks_louder_than_the_title() -> None:
    """A department that is known can carry a title that is close to two fields."""
    assert persona_of("Business Systems Sales Lead", department="it") is Persona.TECHNOLOGY
    assert persona_of("Business Systems Sales Lead", department="sales") is Persona.SALES


def test_footing_is_what_the_rows_say() -> None:
    """A customer is one in the CRM's own word, whoever has an open deal is in one."""
    plain = Contact(contact_id=ContactId("con_1"))
    customer = Contact(contact_id=ContactId("con_1"), lifecycle="Customer")
    assert footing_of(plain, ()) is Footing.STRANGER
    assert footing_of(plain, (DEAL,)) is Footing.IN_DEAL
    assert footing_of(customer, (DEAL,)) is Footing.CUSTOMER
