import pytest

from bailiwick.domain.extraction.title import DECISION_MAKER_PERMILLE, is_title, job_level


@pytest.mark.parametrize(
    ("title", "seniority", "authority"),
    [
        ("CEO", "c_level", 1000),
        ("Chief Financial Officer", "c_level", 1000),
        ("Geschäftsführerin", "c_level", 1000),
        ("Directeur général", "c_level", 1000),
        ("Amministratore Delegato", "c_level", 1000),
        ("代表取締役", "c_level", 1000),
        ("Co-Founder", "founder", 950),
        ("Inhaber", "founder", 950),
        ("Managing Partner", "partner", 900),
        ("VP Engineering", "vp", 850),
        ("Vice President, Sales", "vp", 850),
        ("Head of Procurement", "director", 750),
        ("Vertriebsleiter", "director", 750),
        ("Directrice des achats", "director", 750),
        ("Directora de Compras", "director", 750),
        ("Key Account Manager", "manager", 500),
        ("Teamleiterin Support", "manager", 500),
        ("Senior Software Engineer", "senior", 250),
        ("Sachbearbeiter Einkauf", "ic", 100),
    ],
)
def test_a_title_has_the_authority_of_its_rank(title: str, seniority: str, authority: int) -> None:
    """Titles of several languages map to the published table."""
    level = job_level(title)
    assert (level.seniority, level.authority_permille) == (seniority, authority)
    assert level.decision_maker is (authority >= DECISION_MAKER_PERMILLE)


@pytest.mark.parametrize("title", ["", "   ", "Wizard", "Product Owner", "Business Partner", "!!!"])
def test_an_unread_title_is_unknown_and_not_low(title: str) -> None:
    """What is not known has no number, so that its weight can leave the denominator."""
    level = job_level(title)
    assert level.seniority == "unknown"
    assert level.authority_permille is None
    assert level.decision_maker is None


def test_who_serves_an_officer_is_no_officer() -> None:
    """An assistant to the chief keeps the gate, and passes messages on."""
    level = job_level("Executive Assistant to the CEO")
    assert (level.department, level.decision_maker) == ("assistance", False)


def test_a_gatekeeping_department_lowers_authority() -> None:
    """The published factor of 0.4 applies below the officers."""
    assert job_level("HR Director").authority_permille == 300
    assert job_level("Sales Director").authority_permille == 750


@pytest.mark.parametrize(
    ("title", "department"),
    [
        ("Leiter Einkauf", "procurement"),
        ("Responsable de ventas", "sales"),
        ("CFO", "finance"),
        ("Software Developer", "engineering"),
        ("IT Manager", "it"),
        ("Manager", "unknown"),
    ],
)
def test_the_department_is_a_closed_word(title: str, department: str) -> None:
    """Departments are read as whole words."""
    assert job_level(title).department == department


def test_words_inside_words_are_no_titles() -> None:
    """`Leadville` holds `lead` and is no title."""
    assert not is_title("Leadville Storage")
    assert is_title("Team Lead")
