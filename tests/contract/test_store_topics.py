"""Topics and who left them, alike on both databases: a person leaves with all their addresses."""

from dataclasses import replace

import pytest
from tests.store.stores import NOW, Store, add_contact

from bailiwick.domain.crm import Person, Role
from bailiwick.domain.ids import PersonId
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.opt_out_list import list_of
from bailiwick.domain.record import RecordKind
from bailiwick.domain.topic import Topic
from bailiwick.engine.permission.one_click import OptingOut
from bailiwick.engine.permission.opt_out_lists import OptOutLists, UnableToSuppress, lines_of
from bailiwick.engine.permission.topics import TopicKeeping, UnableToKeepTopic
from bailiwick.store.crm_rows import CrmRows

A, B = address_hash("a@theirs.example"), address_hash("b@theirs.example")
NEWS = Topic(name="news", title="News & offers")


def staffed(store: Store, role: Role) -> PersonId:
    """Add a person of a role."""
    person = Person(
        person_id=PersonId(store.ids.new("per")), name="P", email=f"{role}@ours.example", role=role
    )
    with store.units.write() as unit:
        unit.authority.add_person(person)
        unit.commit()
    return person.person_id


@pytest.fixture
def known(store: Store) -> Store:
    """A store with a contact of two addresses and a topic."""
    with store.units.write() as unit:
        ada = add_contact(unit, store.ids, "a@theirs.example")
        CrmRows(unit).add_contact(replace(ada, addresses=("a@theirs.example", "b@theirs.example")))
        unit.topics.add(NEWS, at=NOW)
        unit.commit()
    return store


class TestLeaving:
    def test_is_for_each_address_of_the_person(self, known: Store) -> None:
        """And for no other topic; once is enough, and it is on record once."""
        leaving = OptingOut(known.units, known.clock)
        for _ in range(2):
            leaving.leave(B, ["news"])
        with known.units.read() as unit:
            assert unit.opt_outs.left(A, "news")
            assert unit.opt_outs.left(B, "news")
            assert not unit.opt_outs.left(A, "other")
            contact_id = unit.guards.address_owner("a@theirs.example")
            assert contact_id is not None
            told = [r for r in unit.records.about(contact_id) if r.kind is RecordKind.FLAGGED]
            assert not unit.crm.safety(contact_id).suppressed
        assert [(r.payload["topic"], r.payload["source"]) for r in told] == [("news", "one_click")]

    def test_is_told_by_topic(self, known: Store) -> None:
        """The page behind a link shows what there is, and what was left."""
        leaving = OptingOut(known.units, known.clock)
        assert [(one.topic, one.left) for one in leaving.topics(A)] == [(NEWS, False)]
        leaving.leave(A, ["news", "made-up"])
        assert [(one.topic, one.left) for one in leaving.topics(A)] == [(NEWS, True)]
        with known.units.read() as unit:
            assert unit.opt_outs.topics_left(A) == {"news"}

    def test_outlives_the_topic(self, known: Store) -> None:
        """A topic that is offered again was left before."""
        keeper = staffed(known, Role.SUPERVISOR)
        OptingOut(known.units, known.clock).leave(A, ["news"])
        keeping = TopicKeeping(units=known.units, clock=known.clock)
        keeping.remove("news", by=keeper)
        keeping.add("news", "News", by=keeper)
        assert OptingOut(known.units, known.clock).topics(A)[0].left

    def test_stays_in_its_workspace(self, known: Store) -> None:
        """Another company's topic of the same name is another one."""
        OptingOut(known.units, known.clock).leave(A, ["news"])
        with known.second_workspace().units.read() as unit:
            assert not unit.opt_outs.left(A, "news")
            assert unit.topics.list() == ()


class TestTopics:
    @pytest.mark.parametrize(
        ("name", "title", "why"),
        [
            ("news", "Again", "already"),
            ("No!", "T", "letters"),
            ("t", " ", "title"),
            ("", "T", "a name"),
        ],
    )
    def test_are_refused_for_a_reason(self, known: Store, name: str, title: str, why: str) -> None:
        """A name that is taken or none, or no title, makes no topic."""
        keeping = TopicKeeping(units=known.units, clock=known.clock)
        with pytest.raises(UnableToKeepTopic, match=why):
            keeping.add(name, title, by=staffed(known, Role.SUPERVISOR))

    def test_are_a_supervisors(self, known: Store) -> None:
        """What recipients read is not anybody's to write."""
        keeping = TopicKeeping(units=known.units, clock=known.clock)
        rep = staffed(known, Role.REP)
        with pytest.raises(UnableToKeepTopic, match="supervisor"):
            keeping.add("other", "Other", by=rep)
        with pytest.raises(UnableToKeepTopic, match="supervisor"):
            keeping.remove("news", by=rep)


class TestLists:
    def taken(self, store: Store, text: str, *, topic: str = "") -> tuple[int, int, int]:
        lists = OptOutLists(units=store.units, clock=store.clock)
        with store.units.read() as unit:
            people = unit.authority.people()
        by = people[0].person_id if people else staffed(store, Role.REP)
        found = lists.take(list_of(text.encode()), topic=topic, by=by)
        return found.new_count, found.known_count, found.wrong_count

    def test_suppress_everybody_on_them(self, known: Store) -> None:
        """With all addresses of whoever is known; the same list again is known."""
        text = "address\na@theirs.example\nstranger@else.example\nnobody\n"
        assert self.taken(known, text) == (2, 0, 1)
        assert self.taken(known, text) == (0, 2, 1)
        with known.units.read() as unit:
            for address in ("b@theirs.example", "stranger@else.example"):
                assert unit.guards.suppressed(address_hash(address))

    def test_may_be_about_a_topic(self, known: Store) -> None:
        """The line's own topic goes before the list's; neither suppresses anybody wholly."""
        text = "address,topic\na@theirs.example,\nstranger@else.example,other\n"
        assert self.taken(known, text, topic="news") == (2, 0, 0)
        with known.units.read() as unit:
            assert unit.opt_outs.left(A, "news")
            assert unit.opt_outs.topics_left(address_hash("stranger@else.example")) == {"other"}
            assert not unit.guards.suppressed(A)

    def test_are_given_out_as_they_are_taken_in(self, known: Store) -> None:
        """Another workspace that reads the file leaves the same people alone, as do two."""
        self.taken(known, "address,topic\na@theirs.example,news\nstranger@else.example,\n")
        given = "".join(lines_of(OptOutLists(units=known.units, clock=known.clock).all(topic="")))
        assert "@" not in given, "hashes, no addresses"
        other = known.second_workspace()
        assert self.taken(other, given) == (3, 0, 0)
        with other.units.read() as unit:
            assert unit.guards.suppressed(address_hash("stranger@else.example"))
            assert unit.opt_outs.left(B, "news")
            assert not unit.guards.suppressed(A)

    def test_are_read_in_pages(self, known: Store) -> None:
        """Wholly, by topic, or by any topic."""
        self.taken(known, "address\na@theirs.example\nx@else.example\n")
        self.taken(known, "address\na@theirs.example\n", topic="news")
        with known.units.read() as unit:
            first = unit.opt_outs.list(topic="", cursor=None, size=2)
            rest = unit.opt_outs.list(topic="", cursor=first.next_cursor, size=2)
            assert len({one.address_hash for one in (*first.items, *rest.items)}) == 3
            assert (first.next_cursor is None, rest.next_cursor) == (False, None)
            for topic in ("news", None):
                found = unit.opt_outs.list(topic=topic, cursor=None, size=9).items
                assert {one.address_hash for one in found} == {A, B}
            assert unit.opt_outs.list(topic="other", cursor=None, size=9).items == ()

    def test_are_a_reps(self, known: Store) -> None:
        """Who may change nothing suppresses nobody."""
        lists = OptOutLists(units=known.units, clock=known.clock)
        with pytest.raises(UnableToSuppress, match="rep"):
            lists.take(list_of(b"a@theirs.example"), topic="", by=staffed(known, Role.VIEWER))
