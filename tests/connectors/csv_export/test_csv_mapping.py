"""Headers of seven systems: what the file is, and which column is which field."""

import csv
from pathlib import Path

import pytest
from tests.connectors.csv_export.recorded_intake import RecordedIntake, read_text

from bailiwick.connectors.csv_export.importing import import_csv
from bailiwick.connectors.csv_export.mapping import detect
from bailiwick.ports.intake import ImportKind, Link, StageMove
from bailiwick.ports.intake_files import ImportOptions

HEADERS = [
    (
        "hubspot",
        "contacts",
        (
            "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,"
            "Associated Company,Lifecycle Stage,Create Date,Additional email addresses"
        ),
    ),
    ("hubspot", "accounts", "Record ID,Company name,Company Domain Name,Industry,City"),
    ("hubspot", "deals", "Record ID,Deal Name,Deal Stage,Amount,Close Date,Associated Company IDs"),
    (
        "hubspot",
        "activities",
        ("Record ID,Activity type,Subject,Note body,Activity date,Associated contact IDs"),
    ),
    ("salesforce", "contacts", "Id,FirstName,LastName,Email,AccountId,HasOptedOutOfEmail"),
    ("salesforce", "contacts", "First Name,Last Name,Account Name,Email,Email Opt Out,Contact ID"),
    ("salesforce", "accounts", "Id,Name,Website,Industry,NumberOfEmployees,SystemModstamp"),
    ("salesforce", "deals", "Id,Name,StageName,Amount,CloseDate,AccountId,IsClosed,IsWon"),
    (
        "twenty",
        "contacts",
        (
            "Id,Name / First Name,Name / Last Name,Emails / Primary Email,"
            "Job Title,Company / Company Id"
        ),
    ),
    ("twenty", "accounts", "Id,Name,Domain Name / Link URL,Employees"),
    (
        "espocrm",
        "contacts",
        ("ID,First Name,Last Name,Account Name,Email Address,Email Address Is Opted-Out"),
    ),
    ("frappe", "contacts", "ID,First Name,Last Name,Email ID,Mobile No,Company Name,Unsubscribed"),
    ("frappe", "leads", "ID,Lead Name,Organization,Status,Email,Source"),
    ("odoo", "contacts", "External ID,Name,Email,Phone,Is a Company,Related Company/External ID"),
    ("odoo", "deals", "id,name,partner_id/id,expected_revenue,stage_id"),
    ("plain", "contacts", "email,name"),
    ("plain", "contacts", "email,company,notes"),
    ("plain", "contacts", "Vorname,Nachname,E-Mail,Firma,Telefon,Land"),
    ("plain", "contacts", "Prénom,Nom de famille,Adresse e-mail,Société,Téléphone,Pays"),
    ("plain", "contacts", "Nombre,Apellidos,Correo electrónico,Empresa,Teléfono,País"),
    ("plain", "contacts", "Emial address,Frist name"),
    ("plain", "accounts", "Firma,Webseite,Branche,Mitarbeiter"),
    ("plain", "deals", "name,amount,stage,close date"),
    ("plain", "products", "sku,name,price"),
    ("plain", "activities", "type,subject,date,email"),
]


class TestDetection:
    @pytest.mark.parametrize(("system", "kind", "header"), HEADERS)
    def test_says_what_a_file_is(self, system: str, kind: str, header: str) -> None:
        """System and kind follow from the header alone, and every column but notes is read."""
        found = detect(next(csv.reader([header])))
        assert (found.system, found.kind.value) == (system, kind)
        assert set(found.unread) <= {"notes", "SystemModstamp"}

    def test_a_fuzzy_header_is_less_sure(self) -> None:
        """A slip of the pen is read, and shown as a guess."""
        found = detect(["Emial address", "First name"])
        sure = {column.field: column.confidence_permille for column in found.columns}
        assert sure["email"] < sure["first_name"]

    def test_the_person_decides(self) -> None:
        """`--map` takes a column away from the field that was found."""
        found = detect(["Email", "Login", "Name"], overrides={"email": "Login"})
        assert {column.field: column.header for column in found.columns} == {
            "email": "Login",
            "full_name": "Name",
        }


class TestSystems:
    def test_hubspot_stage_columns_are_history(self, tmp_path: Path) -> None:
        """Each `Date entered` column is a move of the deal."""
        rows, _ = read_text(
            tmp_path,
            "Record ID,Deal Name,Deal Stage,Close Date,Associated Contact IDs,"
            "\"Date entered 'Qualified (Sales Pipeline)'\",\"Date entered 'Closed won (Sales)'\"\n"
            "7,Big,Closed Won,2026-04-01,11;12,2026-01-02,2026-02-03\n",
        )
        assert rows[0].stages == (
            StageMove("Qualified", 1_767_312_000_000_000),
            StageMove("Closed won", 1_770_076_800_000_000),
        )
        assert rows[0].links == (Link("contact_id", ImportKind.CONTACTS, ("id:11",)),)
        assert rows[0].values[5:7] == (True, True)

    def test_twenty_amounts_in_micros(self, tmp_path: Path) -> None:
        """A million micros are one unit."""
        rows, _ = read_text(
            tmp_path,
            "Id,Name,Stage,Amount / Amount Micros,Amount / Currency,Point of contact Id\n"
            "u1,Big,NEW,1500000000,EUR,p1\n",
        )
        assert rows[0].values[2:4] == (150_000, "EUR")

    def test_odoo_companies_and_people_in_one_file(self, tmp_path: Path) -> None:
        """`Is a Company` sends a row to the accounts."""
        path = tmp_path / "res.partner.csv"
        path.write_text(
            "External ID,Name,Is a Company,Email,Related Company/External ID\n"
            "c1,Acme,True,info@acme.example,\np1,Ann Lee,False,ann@acme.example,c1\n"
        )
        intake = RecordedIntake()
        import_csv([path], intake, options=ImportOptions())
        assert [(kind.value, row.identity) for kind, row in intake.rows] == [
            ("accounts", "c1"),
            ("contacts", "p1"),
        ]
        assert intake.rows[1][1].links[0].keys == ("id:c1",)

    def test_accounts_are_read_before_what_refers_to_them(self, tmp_path: Path) -> None:
        """The order of files on the command line does not matter."""
        contacts, accounts = tmp_path / "a.csv", tmp_path / "b.csv"
        contacts.write_text("email,company\na@acme.example,Acme\n")
        accounts.write_text("company,website,industry\nAcme,https://www.acme.example/x,Tools\n")
        intake = RecordedIntake()
        import_csv([contacts, accounts], intake, options=ImportOptions())
        assert [kind.value for kind, _ in intake.rows] == ["accounts", "contacts"]
        assert intake.rows[0][1].values[1] == "acme.example"
