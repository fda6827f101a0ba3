"""Contract of the intake, on SQLite and PostgreSQL: identity, merging, links, opt-outs, crashes."""

from pathlib import Path

from sqlalchemy import update
from tests.store.imports import (
    ACCOUNTS_CSV,
    CONTACTS_CSV,
    Import,
    a_contact,
    a_source,
    count_of,
    counts,
    intake_of,
    rows_of,
)
from tests.store.stores import NOW, Store

from bailiwick.connectors.csv_export.importing import import_csv
from bailiwick.domain.mail_address import address_hash
from bailiwick.ports.intake import ImportKind
from bailiwick.ports.intake_files import ImportOptions
from bailiwick.store.tables.crm import (
    ACCOUNTS,
    ACTIVITIES,
    CONTACT_ADDRESSES,
    CONTACTS,
    EXTERNAL_IDS,
    LEADS,
    OPPORTUNITIES,
    PENDING_LINKS,
    PRODUCTS,
    STAGE_CHANGES,
)
from bailiwick.store.tables.knowledge import SUPPRESSIONS


class TestIdentity:
    def test_new_rows_are_stored_whole(self, store: Store, bring: Import) -> None:
        """Values, address, name as compared, and creation time arrive."""
        assert counts(bring(CONTACTS_CSV)) == [(3, 0, 0, 0)]
        assert rows_of(store, CONTACTS, "first_name", "name_folded", "title") == [
            ("Ann", "ann lee", "CTO"),
            ("Bo", "bo ek", ""),
            ("Cy", "cy ng", ""),
        ]
        assert rows_of(store, CONTACT_ADDRESSES, "address", "address_hash", "rank") == [
            ("ann@acme.example", address_hash("ann@acme.example"), 0),
            ("bo@acme.example", address_hash("bo@acme.example"), 0),
        ]
        assert rows_of(store, CONTACTS, "created_at")[0][0] != NOW

    def test_the_same_file_again_changes_nothing(self, store: Store, bring: Import) -> None:
        """All rows are duplicates, also those without an address."""
        bring(CONTACTS_CSV)
        before = rows_of(store, CONTACTS, "id", "row_version", "updated_at")
        assert counts(bring(CONTACTS_CSV)) == [(0, 0, 3, 0)]
        assert rows_of(store, CONTACTS, "id", "row_version", "updated_at") == before

    def test_every_kind_is_idempotent(self, store: Store, bring: Import) -> None:
        """Plain files without ids, twice: second time nothing is new or updated."""
        files = (
            "company,website,industry\nAcme,acme.example,Tools\nGlobex,,Mills\n",
            "sku,name,price,currency\nP1,Pump,12.50,EUR\n",
            "email,name,company\nann@acme.example,Ann Lee,Acme\n,Bo Ek,Globex\n",
            "lead name,lead source,email,company\nDi Ra,Web,di@x.example,X\n",
            "deal,stage,amount,currency,company\nBig,Open,100.00,EUR,Acme\n",
            "type,subject,date,email\ncall,Hello,2026-01-01,ann@acme.example\n",
        )
        first = counts(bring(*files))
        assert sum(new for new, *_ in first) == 8
        again = counts(bring(*files))
        assert [(new, updated) for new, updated, _, _ in again] == [(0, 0)] * 6
        assert (count_of(store, ACTIVITIES), count_of(store, PRODUCTS)) == (1, 1)
        assert rows_of(store, LEADS, "name", "address") == [("Di Ra", "di@x.example")]

    def test_repeats_inside_a_file_make_one_contact(self, store: Store, bring: Import) -> None:
        """The same row three times is one contact and two duplicates."""
        row = "a@acme.example,Ann\n"
        assert counts(bring(f"email,name\n{row}{row}{row}")) == [(1, 0, 2, 0)]
        assert count_of(store, CONTACT_ADDRESSES) == 1

    def test_another_system_meets_the_same_person(self, store: Store, bring: Import) -> None:
        """An address joins rows of two systems; both ids are remembered."""
        bring(CONTACTS_CSV)
        report = bring(
            "Id,FirstName,Email,AccountId,HasOptedOutOfEmail\nX1,Ann,ANN@acme.example,,\n"
        )
        assert counts(report) == [(0, 0, 1, 0)]
        assert ("salesforce", "X1") in rows_of(store, EXTERNAL_IDS, "system", "external_id")
        assert count_of(store, CONTACTS) == 3

    def test_two_ids_of_one_system_stay_two_accounts(self, store: Store, bring: Import) -> None:
        """A shared domain does not merge what the system tells apart."""
        bring(ACCOUNTS_CSV)
        bring(ACCOUNTS_CSV.replace("90,Acme", "92,Acme UK"))
        assert rows_of(store, ACCOUNTS, "name") == [("Acme",), ("Acme UK",)]

    def test_a_plain_file_meets_an_account_by_its_domain(self, store: Store, bring: Import) -> None:
        """Without an id the domain identifies; a different name is no second account."""
        bring(ACCOUNTS_CSV)
        bring("company,website,industry\nAcme Inc,https://acme.example,Tools\n")
        assert count_of(store, ACCOUNTS) == 1

    def test_names_that_fold_alike_do_not_merge_people(self, store: Store, bring: Import) -> None:
        """Two addresses are two contacts, whatever the names are."""
        bring("email,name\na@x.example,\u0130stanbul \u0131I\nb@x.example,istanbul ii\n")
        assert count_of(store, CONTACTS) == 2

    def test_workspaces_do_not_meet(self, store: Store, bring: Import, tmp_path: Path) -> None:
        """The same file in two workspaces makes rows in both."""
        bring(CONTACTS_CSV)
        other = store.second_workspace()
        path = tmp_path / "other.csv"
        path.write_text(CONTACTS_CSV)
        report = import_csv([path], intake_of(other), options=ImportOptions())
        assert counts(report) == [(3, 0, 0, 0)]


class TestMerging:
    def test_an_empty_value_removes_nothing(self, store: Store, bring: Import) -> None:
        """Only what the file says changes."""
        bring(CONTACTS_CSV)
        report = bring("Record ID,First Name,Last Name,Email,Job Title,Contact owner\n1,,Lee,,,\n")
        assert counts(report) == [(0, 0, 1, 0)]
        assert rows_of(store, CONTACTS, "first_name", "title")[0] == ("Ann", "CTO")

    def test_a_new_value_replaces_and_the_name_is_folded_anew(
        self, store: Store, bring: Import
    ) -> None:
        """A changed row counts as updated."""
        bring(CONTACTS_CSV)
        report = bring("Record ID,Last Name,Email,Job Title,Contact owner\n1,Löw,,CEO,\n")
        assert counts(report) == [(0, 1, 0, 0)]
        found = rows_of(store, CONTACTS, "name_folded", "title", "row_version")
        assert ("ann löw", "CEO", 2) in found

    def test_an_old_file_does_not_undo_what_was_learnt_since(
        self, store: Store, bring: Import
    ) -> None:
        """A row that says what it said before is left alone, though the contact has changed."""
        bring(CONTACTS_CSV)
        with store.database.writing() as connection:
            connection.execute(
                update(CONTACTS).where(CONTACTS.c.first_name == "Ann").values(title="Founder")
            )
            connection.commit()
        bring(CONTACTS_CSV)
        assert rows_of(store, CONTACTS, "first_name", "title")[0] == ("Ann", "Founder")

    def test_within_a_file_the_first_row_decides(self, store: Store, bring: Import) -> None:
        """Later rows fill gaps only, and importing the file again changes nothing."""
        text = "email,title,city\na@x.example,CTO,\na@x.example,CEO,Rome\n"
        bring(text)
        assert rows_of(store, CONTACTS, "title", "city") == [("CTO", "Rome")]
        assert counts(bring(text)) == [(0, 0, 2, 0)]

    def test_rows_of_one_person_far_apart_in_a_file(self, store: Store) -> None:
        """The first row decides also when a batch lies between, and a repeat is stable."""
        first = a_contact(2, "1", "CTO", "a@x.example")
        later = a_contact(3, "1", "CEO", "a@x.example")
        for _ in range(2):
            with intake_of(store).session(dry_run=False) as session:
                batch = session.begin_file(a_source(), ImportKind.CONTACTS)
                session.write(batch, ImportKind.CONTACTS, [first])
                written = session.write(batch, ImportKind.CONTACTS, [later])
                session.finish_file(batch, rejected_count=0)
            assert (written.new_count, written.updated_count) == (0, 0)
        assert rows_of(store, CONTACTS, "title") == [("CTO",)]

    def test_a_new_address_becomes_the_one_to_write_to(self, store: Store, bring: Import) -> None:
        """The old address stays, behind the new one."""
        bring(CONTACTS_CSV)
        bring("Record ID,First Name,Email,Contact owner\n1,Ann,ann@new.example,\n")
        found = rows_of(store, CONTACT_ADDRESSES, "rank", "address")
        assert (0, "ann@new.example") in found
        assert (1, "ann@acme.example") in found

    def test_an_address_stays_with_its_contact(self, store: Store, bring: Import) -> None:
        """A known row that names another's address is stored without it, and that is told."""
        bring(CONTACTS_CSV)
        report = bring("Record ID,First Name,Email,Contact owner\n2,Bob,ann@acme.example,\n")
        assert report.files[0].conflict_count == 1
        assert count_of(store, CONTACT_ADDRESSES) == 2

    def test_addresses_claimed_twice_in_a_batch(self, store: Store, bring: Import) -> None:
        """A row that names the addresses of two new contacts breaks nothing."""
        bring(
            "email,additional emails,name\na@x.example,,Ann\nb@x.example,,Bo\n"
            "a@x.example,b@x.example,Ann\n"
        )
        assert rows_of(store, CONTACT_ADDRESSES, "address") == [("a@x.example",), ("b@x.example",)]

    def test_an_erased_contact_is_not_brought_back(self, store: Store, bring: Import) -> None:
        """The row is rejected with the reason."""
        bring(CONTACTS_CSV)
        with store.database.writing() as connection:
            connection.execute(
                update(CONTACTS).where(CONTACTS.c.first_name == "Ann").values(deleted_at=NOW)
            )
            connection.commit()
        report = bring(CONTACTS_CSV.replace("CTO", "CEO"))
        assert report.files[0].rejected_count == 1
        assert "erased" in report.files[0].reasons[0][0]
        assert ("Ann", "CTO") in rows_of(store, CONTACTS, "first_name", "title")

    def test_an_unknown_id_alone_makes_no_contact(self, store: Store, bring: Import) -> None:
        """A row with neither name nor address is rejected when nobody knows its id."""
        report = bring("Record ID,Email,Contact owner,Job Title,First Name\n9,,,CTO,\n")
        assert (report.files[0].rejected_count, count_of(store, CONTACTS)) == (1, 0)


class TestOptOuts:
    def test_a_flag_suppresses_every_address(self, store: Store, bring: Import) -> None:
        """Unsubscribed in the file means suppressed here, with where that came from."""
        bring("email,additional emails,unsubscribed\na@x.example,b@x.example,yes\n")
        assert rows_of(store, SUPPRESSIONS, "address_hash", "reason", "source") == sorted(
            (address_hash(a), "unsubscribed", "import:plain")
            for a in ("a@x.example", "b@x.example")
        )
        assert rows_of(store, CONTACTS, "unsubscribed", "due_at") == [(True, None)]

    def test_a_later_import_lifts_nothing(self, store: Store, bring: Import) -> None:
        """No spelling of the address and no `false` brings a suppressed contact back."""
        bring("email,do_not_contact\noptout@acme.example,true\n")
        bring(
            "email,first_name,do_not_contact\noptout@acme.example,Olga,false\n"
            'OPTOUT@ACME.EXAMPLE,Olga,\n" optout@acme.example ",Olga,0\n'
        )
        assert rows_of(store, CONTACTS, "first_name", "do_not_contact") == [("Olga", True)]
        assert count_of(store, SUPPRESSIONS) == 1

    def test_a_flag_on_a_known_contact_is_added(self, store: Store, bring: Import) -> None:
        """An opt-out in a newer file counts."""
        bring(CONTACTS_CSV)
        bring("Record ID,Email,Contact owner,Unsubscribed from all email\n1,,,true\n")
        assert rows_of(store, CONTACTS, "first_name", "unsubscribed")[0] == ("Ann", True)
        assert count_of(store, SUPPRESSIONS) == 1

    def test_a_suppressed_address_arrives_flagged(self, store: Store, bring: Import) -> None:
        """A contact that is new to the workspace but suppressed is not open to mail."""
        with store.database.writing() as connection:
            connection.execute(
                SUPPRESSIONS.insert().values(
                    workspace_id=store.workspace_id,
                    id=store.ids.new("sup"),
                    created_at=NOW,
                    address_hash=address_hash("a@x.example"),
                    reason="unsubscribed",
                )
            )
            connection.commit()
        bring("email,name\na@x.example,Ann\nb@x.example,Bo\n")
        assert rows_of(store, CONTACTS, "first_name", "do_not_contact", "due_at") == [
            ("Ann", True, None),
            ("Bo", False, NOW),
        ]

    def test_other_contacts_are_open(self, store: Store, bring: Import) -> None:
        """A flag of one row touches no other."""
        bring("email,bounced\na@x.example,1\nb@x.example,0\n")
        assert rows_of(store, CONTACTS, "bounced") == [(False,), (True,)]
        assert count_of(store, SUPPRESSIONS) == 1


class TestLinks:
    def test_the_order_of_imports_does_not_matter(self, store: Store, bring: Import) -> None:
        """Contacts wait for their company and are linked when it comes."""
        report = bring(CONTACTS_CSV)
        assert report.waiting_count == 3
        report = bring(ACCOUNTS_CSV)
        assert (report.linked_count, report.waiting_count) == (2, 1)
        linked = [row for row in rows_of(store, CONTACTS, "first_name", "account_id") if row[1]]
        assert [name for name, _ in linked] == ["Ann", "Bo"]
        assert count_of(store, PENDING_LINKS) == 1

    def test_the_name_of_a_waiting_company_is_kept_exactly(
        self, store: Store, bring: Import
    ) -> None:
        """What the cell said is there to the letter until the company arrives."""
        cell = '=HYPERLINK("https://x.example","Open")'
        quoted = cell.replace('"', '""')
        bring(f'email,company\na@x.example,"{quoted}"\n')
        assert (f"text:{cell}",) in rows_of(store, PENDING_LINKS, "target_key")

    def test_files_of_one_call_are_linked(self, store: Store, bring: Import) -> None:
        """Deals and activities find account, contact and deal."""
        bring(
            "Record ID,Activity type,Subject,Activity date,Associated contact IDs,"
            "Associated deal IDs\n5,CALL,Hi,2026-01-01,1,7\n",
            "Record ID,Deal Name,Deal Stage,Amount,Associated Company IDs,Associated Contact IDs\n"
            "7,Big,Qualified,100.00,90,1\n",
            CONTACTS_CSV,
            ACCOUNTS_CSV,
        )
        for table, fields in (
            (OPPORTUNITIES, ("account_id", "contact_id")),
            (ACTIVITIES, ("contact_id", "opportunity_id")),
        ):
            assert all(value for row in rows_of(store, table, *fields) for value in row)

    def test_a_name_of_two_companies_links_to_neither(self, bring: Import) -> None:
        """A namesake is not taken for the company."""
        bring("id,company,website,industry\n1,Acme,,A\n2,Acme,,B\n")
        report = bring("email,company\na@x.example,Acme\n")
        assert (report.linked_count, report.waiting_count) == (0, 1)

    def test_a_domain_links_where_the_name_does_not(self, store: Store, bring: Import) -> None:
        """Keys are tried in order."""
        bring(ACCOUNTS_CSV)
        bring("email,company,company domain\na@x.example,Acme Limited,www.acme.example\n")
        assert rows_of(store, CONTACTS, "account_id")[0][0] is not None


class TestDeals:
    def test_stage_history_is_stored_once(self, store: Store, bring: Import) -> None:
        """Columns of dates become moves; the same file adds none."""
        text = (
            "Record ID,Deal Name,Deal Stage,Amount,\"Date entered 'New (P)'\","
            "\"Date entered 'Won (P)'\"\n7,Big,Won,1.00,2026-01-01,2026-02-01\n"
        )
        bring(text)
        bring(text.replace("Big", "Bigger"))
        assert rows_of(store, STAGE_CHANGES, "stage_from", "stage_to") == [
            ("", "New"),
            ("New", "Won"),
        ]

    def test_a_changed_stage_is_a_move(self, store: Store, bring: Import) -> None:
        """What moved between two exports is history too."""
        text = "Record ID,Deal Name,Deal Stage,Amount\n7,Big,New,1.00\n"
        bring(text)
        bring(text.replace("New", "Won"))
        assert rows_of(store, STAGE_CHANGES, "stage_from", "stage_to") == [("New", "Won")]
