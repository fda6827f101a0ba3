"""Mail is kept once, found again, and joined to threads, alike on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.store.stores import NOW, SECOND, Store, a_mail, add_contact

from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import ThreadId
from bailiwick.domain.message import Direction
from bailiwick.domain.reading import Basis, Concern, Intent, IntentScore, Reading, Span
from bailiwick.ports.mail_archive import MailArchive, MailArchives
from bailiwick.ports.mailbox import FolderCursor
from bailiwick.store.mail_archive import SqlMailArchive
from bailiwick.store.mail_archives import SqlMailArchives
from bailiwick.store.unit import SqlUnit

READING = Reading(
    intent=Intent.INTERESTED,
    confidence_permille=700,
    language="en",
    opt_out=True,
    opt_out_certain=True,
    opt_out_proven=True,
    concerns=frozenset({Concern.LEGAL, Concern.PRICING}),
    topics=frozenset({"demo"}),
    spans=(Span(kind="date", start=1, end=5, value="2026-11-21"),),
    questions_count=2,
    return_on="2026-12-01",
    basis=Basis.CLASSIFIER,
    score=IntentScore(
        purchase_permille=800, urgency_permille=400, sentiment_permille=-350, score_permille=600
    ),
)


def _opened(archives: MailArchives, unit: SqlUnit) -> MailArchive:
    return archives.within(unit)


class TestKeeping:
    def test_returns_what_was_kept(self, store: Store) -> None:
        """Bytes, parsed mail and reading come back exactly."""
        arrival = replace(a_mail("m1"), reading=READING)
        with store.units.write() as unit:
            archive = _opened(SqlMailArchives(), unit)
            message_id, new = archive.add(arrival)
            unit.commit()
        assert new
        with store.units.read() as unit:
            archive = SqlMailArchive(unit.scope)
            kept = archive.message(message_id)
            assert kept is not None
            assert (kept.mail, kept.reading) == (arrival.mail, READING)
            assert kept == unit.crm.message(message_id)
            assert archive.raw(message_id) == arrival.raw
            assert archive.by_rfc_id("<m1@theirs.example>") == kept
            assert archive.by_rfc_id("<m9@theirs.example>") is None

    def test_reads_a_mail_again(self, store: Store) -> None:
        """Another reading takes the place of the first; the mail itself stays as it came."""
        unsure = replace(READING, intent=Intent.OTHER, opt_out=False, unsure=True)
        with store.units.write() as unit:
            archive = _opened(SqlMailArchives(), unit)
            message_id, _ = archive.add(replace(a_mail("m1"), reading=unsure))
            other, _ = archive.add(replace(a_mail("m2"), reading=unsure))
            archive.read_again(message_id, replace(READING, basis=Basis.MODEL))
            unit.commit()
        with store.units.read() as unit:
            read, left = unit.crm.message(message_id), unit.crm.message(other)
        assert read is not None
        assert left is not None
        assert read.reading == replace(READING, basis=Basis.MODEL)
        assert (left.reading, read.mail) == (unsure, a_mail("m1").mail)

    def test_knows_a_mail_by_its_bytes_and_a_copy_by_what_it_says(self, store: Store) -> None:
        """The same mail in another folder, with other trace headers, is kept once."""
        arrival = a_mail("m1")
        copy = replace(
            arrival,
            raw=b"Received: x\r\n" + arrival.raw,
            mail=replace(arrival.mail, raw_sha256="c"),
        )
        with store.units.write() as unit:
            archive = SqlMailArchive(unit.scope)
            first = archive.add(arrival)
            assert archive.add(arrival) == (first[0], False)
            assert archive.add(copy) == (first[0], False)

    def test_is_not_fooled_by_a_stolen_message_id(self, store: Store) -> None:
        """Another mail under the same Message-ID is another mail, and neither is lost."""
        arrival = a_mail("m1")
        forged = replace(arrival, mail=replace(arrival.mail, raw_sha256="f", text="Other words"))
        with store.units.write() as unit:
            archive = SqlMailArchive(unit.scope)
            first, _ = archive.add(arrival)
            second, new = archive.add(forged)
        assert new
        assert first != second

    def test_takes_text_that_no_database_holds(self, store: Store) -> None:
        """NUL and lone surrogates in a mail are kept in it and marked in the columns beside."""
        arrival = a_mail("m1")
        odd = replace(
            arrival, mail=replace(arrival.mail, text="a\x00\udc80", subject="s\x00\ud800")
        )
        with store.units.write() as unit:
            archive = SqlMailArchive(unit.scope)
            message_id, _ = archive.add(odd)
            kept = archive.message(message_id)
        assert kept is not None
        assert kept.mail == odd.mail

    def test_counts_on_the_contact(self, store: Store) -> None:
        """Inbound mail is counted on its contact, a second copy of it not."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example").contact_id
            archive = SqlMailArchive(unit.scope)
            for _ in range(2):
                archive.add(a_mail("m1", contact_id=ada))
            assert unit.crm.history(ada, each_max=5).received_count == 1
            assert archive.contact_by_address("A@Theirs.example") == ada


class TestOrphans:
    def test_are_adopted_by_a_contact_that_comes_later(self, store: Store) -> None:
        """Mail of a stranger waits for a contact with its address, and is then theirs once."""
        with store.units.write() as unit:
            archive = SqlMailArchive(unit.scope)
            message_id, _ = archive.add(a_mail("m1"))
            assert archive.orphans(after="", size=9) == ()
            contact = add_contact(unit, store.ids, "a@theirs.example")
            (orphan,) = archive.orphans(after="", size=9)
            assert orphan.message_id == message_id
            assert archive.orphans(after=message_id, size=9) == ()
            archive.adopt(orphan, contact.contact_id)
            assert archive.orphans(after="", size=9) == ()
            assert unit.crm.history(contact.contact_id, each_max=9).received_count == 1

    def test_that_we_sent_are_all_shown(self, store: Store) -> None:
        """Who received our mail is told by its recipients, so no address filters it."""
        sent = a_mail("m1", direction=Direction.OUTBOUND)
        with store.units.write() as unit:
            archive = SqlMailArchive(unit.scope)
            message_id, _ = archive.add(sent)
            assert [m.message_id for m in archive.orphans(after="", size=9)] == [message_id]


class TestThreads:
    def test_are_found_by_the_ids_they_hold_or_refer_to(self, store: Store) -> None:
        """A mail's thread is known by its own Message-ID and by those it names."""
        arrival = a_mail("m2")
        arrival = replace(arrival, mail=replace(arrival.mail, references=("<m1@ours.example>",)))
        with store.units.write() as unit:
            archive = SqlMailArchive(unit.scope)
            archive.add(arrival)
            found = archive.by_message_ids(
                ["<m1@ours.example>", "<m2@theirs.example>", "<m9@theirs.example>"]
            )
            assert not archive.by_message_ids([])
        assert set(found) == {"<m1@ours.example>", "<m2@theirs.example>"}
        (thread,) = found["<m1@ours.example>"]
        assert thread.parties == {"a@theirs.example", "sales@ours.example"}
        assert thread.last_at == NOW

    def test_are_found_by_subject_and_party_within_a_window(self, store: Store) -> None:
        """Reply prefixes are folded; strangers and older threads are left out."""
        with store.units.write() as unit:
            archive = SqlMailArchive(unit.scope)
            archive.add(a_mail("m1"))
            ada, eve = frozenset({"a@theirs.example"}), frozenset({"eve@evil.example"})
            assert len(archive.by_subject("about m1", parties=ada, since=NOW)) == 1
            assert not archive.by_subject("about m1", parties=eve, since=NOW)
            assert not archive.by_subject("about m1", parties=ada, since=NOW + SECOND)
            assert not archive.by_subject("about m2", parties=ada, since=NOW)

    def test_grow_with_each_mail(self, store: Store) -> None:
        """A joined mail adds its people and its date to the thread, and never moves it back."""
        with store.units.write() as unit:
            archive = SqlMailArchive(unit.scope)
            first, _ = archive.add(a_mail("m1"))
            kept = archive.message(first)
            assert kept is not None
            late = a_mail("m2", thread_id=kept.thread_id, at=NOW - timedelta(days=1))
            late = replace(late, mail=replace(late.mail, cc=("bob@theirs.example",)))
            archive.add(late)
            (thread,) = archive.by_message_ids(["<m2@theirs.example>"])["<m2@theirs.example>"]
        assert thread.thread_id == kept.thread_id
        assert "bob@theirs.example" in thread.parties
        assert thread.last_at == NOW

    def test_of_nowhere_are_refused(self, store: Store) -> None:
        """A mail cannot join a thread of another workspace."""
        other = store.second_workspace()
        with store.units.write() as unit:
            first, _ = SqlMailArchive(unit.scope).add(a_mail("m1"))
            kept = SqlMailArchive(unit.scope).message(first)
            unit.commit()
        assert kept is not None
        with other.units.write() as unit:
            archive = SqlMailArchive(unit.scope)
            assert not archive.by_message_ids(["<m1@theirs.example>"])
            stray = a_mail("m2", thread_id=ThreadId(kept.thread_id), direction=Direction.OUTBOUND)
            with pytest.raises(IntegrityFault, match="not stored in this workspace"):
                archive.add(stray)


class TestCursors:
    def test_commit_with_the_mails_they_stand_for(self, store: Store) -> None:
        """A rollback takes the cursor back with the mails, so nothing is skipped."""
        cursor = FolderCursor(folder="INBOX", uid_validity=7, uid_next=43)
        with store.units.write() as unit:
            archive = SqlMailArchive(unit.scope)
            archive.add(a_mail("m1"))
            archive.set_cursor("sales@ours.example", cursor, at=NOW)
        with store.units.write() as unit:
            archive = SqlMailArchive(unit.scope)
            assert archive.cursor("sales@ours.example", "INBOX") is None
            assert archive.by_rfc_id("<m1@theirs.example>") is None
            archive.set_cursor("sales@ours.example", cursor, at=NOW)
            archive.set_cursor("sales@ours.example", replace(cursor, uid_next=44), at=NOW)
            unit.commit()
        with store.units.read() as unit:
            archive = SqlMailArchive(unit.scope)
            assert archive.cursor("sales@ours.example", "INBOX") == replace(cursor, uid_next=44)
            assert archive.cursor("other@ours.example", "INBOX") is None
