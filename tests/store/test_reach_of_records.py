"""Who sees a part of the customers reads the records of these, and is told of no other."""

from typing import Final

from tests.store.stores import Store, a_run

from bailiwick.domain.crm import Contact
from bailiwick.domain.event import event_of
from bailiwick.domain.ids import ContactId, PersonId
from bailiwick.domain.reach import Sight
from bailiwick.domain.record import Record, RecordKind
from bailiwick.store.crm_rows import CrmRows

ME: Final = PersonId("per_me")
MINE: Final = "me@ours.example"
NOBODYS: Final = ContactId("con_gone")


class TestAReader:
    def test_is_told_of_records_about_their_own(self, store: Store) -> None:
        """Their contact's records and runs come, in order; all others are left out."""
        seqs = filled(store)
        mine, theirs = read(store, owners={MINE}), read(store, owners={"you@ours.example"})
        assert [r.seq for r in mine] == [seqs["mine"], seqs["my run"], seqs["mine again"]]
        assert [r.seq for r in theirs] == [seqs["theirs"], seqs["their run"]]
        with store.units.read() as unit:
            every = unit.records.since(0, size=100)
        assert [r.seq for r in every] == sorted(seqs.values())

    def test_is_told_nothing_of_what_is_about_nobody(self, store: Store) -> None:
        """What concerns the workspace, or a contact that is gone, is for who sees all of it."""
        seqs = filled(store)
        seen = {r.seq for owner in (MINE, "you@ours.example") for r in read(store, owners={owner})}
        assert not seen & {seqs["workspace"], seqs["gone"]}

    def test_with_no_owner_at_all_is_told_nothing(self, store: Store) -> None:
        """Nobody's rows are not everybody's."""
        filled(store)
        assert read(store, owners=set()) == []

    def test_goes_on_behind_what_they_saw(self, store: Store) -> None:
        """Page by page nothing is repeated and nothing of theirs is skipped."""
        seqs, seen, number = filled(store), list[int](), 0
        units = store.units.seen_by(Sight(person_id=ME, owners=frozenset({MINE})))
        for _ in range(len(seqs)):
            with units.read() as unit:
                page = unit.records.since(number, size=1)
            if not page:
                break
            seen.append(page[0].seq)
            number = page[0].seq
        assert seen == [seqs["mine"], seqs["my run"], seqs["mine again"]]

    def test_finds_no_record_by_the_id_of_another(self, store: Store) -> None:
        """The subject of a record out of reach, asked for by name, has no records."""
        filled(store)
        units = store.units.seen_by(Sight(person_id=ME, owners=frozenset({MINE})))
        with units.read() as unit:
            assert [r.subject for r in unit.records.about("mine")] == ["mine"]
            assert list(unit.records.about("theirs")) == []
        with store.units.read() as unit:
            assert [r.subject for r in unit.records.about("theirs")] == ["theirs"]

    def test_follows_events_of_their_own_only(self, store: Store) -> None:
        """What the live stream is made of names no contact and no run of others."""
        filled(store)
        events = [e for r in read(store, owners={MINE}) if (e := event_of(r)) is not None]
        others = [e for r in read(store, owners={"you@ours.example"}) if (e := event_of(r))]
        assert events, "some of these records are events"
        assert others
        assert not {e.seq for e in events} & {e.seq for e in others}

    def test_of_another_workspace_is_told_nothing(self, store: Store) -> None:
        """The same owner's address elsewhere sees what is there, which is nothing."""
        filled(store)
        assert read(store.second_workspace(), owners={MINE}) == []


def read(store: Store, *, owners: set[str]) -> list[Record]:
    units = store.units.seen_by(Sight(person_id=ME, owners=frozenset(owners)))
    with units.read() as unit:
        return list(unit.records.since(0, size=100))


def filled(store: Store) -> dict[str, int]:
    """Put records of every kind of belonging into the chain; return their numbers by name."""
    seqs: dict[str, int] = {}
    with store.units.write() as unit:
        rows = CrmRows(unit)
        mine, theirs = (
            Contact(
                contact_id=ContactId(store.ids.new("con")),
                first_name=name,
                addresses=(f"{name}@x.example",),
                owner_email=owner,
            )
            for name, owner in (("ada", MINE.title()), ("bob", "you@ours.example"))
        )
        for contact in (mine, theirs):
            rows.add_contact(contact)
        my_run, their_run = (
            a_run(store.ids, contact_id=contact.contact_id) for contact in (mine, theirs)
        )
        unit.runs.start(my_run)
        unit.runs.start(their_run)
        for name, contact_id, run_id in (
            ("workspace", None, None),
            ("theirs", theirs.contact_id, None),
            ("mine", mine.contact_id, None),
            ("gone", NOBODYS, None),
            ("their run", None, their_run.run_id),
            ("my run", None, my_run.run_id),
            ("mine again", mine.contact_id, my_run.run_id),
        ):
            record = unit.records.append(
                RecordKind.RUN_FINISHED,
                subject=name,
                payload={"status": "held"},
                at=store.clock.now(),
                run_id=run_id,
                contact_id=contact_id,
            )
            seqs[name] = record.seq
        unit.commit()
    return seqs
