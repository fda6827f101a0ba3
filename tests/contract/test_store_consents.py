"""The consent ledger, alike on both databases: it only grows, and the latest word holds."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.store.stores import NOW, SECOND, Store, add_contact

from bailiwick.domain.consent import Basis, Channel, Consent, ConsentPurpose, ConsentState
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.ids import ContactId, PersonId
from bailiwick.domain.record import RecordKind
from bailiwick.engine.permission.consenting import Consenting, UnableToConsent

DAY = timedelta(days=1)


@pytest.fixture
def ada(store: Store) -> ContactId:
    """A contact of whom nothing is known yet."""
    with store.units.write() as unit:
        contact_id = add_contact(unit, store.ids, "a@theirs.example").contact_id
        unit.commit()
    return contact_id


def granted(contact_id: ContactId) -> Consent:
    """Return a grant of marketing by mail that was given yesterday."""
    return Consent(
        contact_id=contact_id,
        purpose=ConsentPurpose.MARKETING,
        state=ConsentState.GRANTED,
        source="web form",
        evidence="entry 17",
        valid_from=NOW - DAY,
    )


class TestTheLedger:
    def test_keeps_every_statement(self, store: Store, ada: ContactId) -> None:
        """A later word adds a row and changes none: what held at any instant can be told."""
        first = granted(ada)
        with store.units.write() as unit:
            unit.consents.add(first)
            unit.consents.add(replace(first, state=ConsentState.DENIED, valid_from=NOW))
            unit.commit()
        with store.units.read() as unit:
            kept = unit.consents.list(ada, cursor=None, size=9).items
            assert [one.state for one in kept] == [ConsentState.GRANTED, ConsentState.DENIED]
            assert replace(kept[0], consent_id="", recorded_at=None) == first
            assert kept[0].recorded_at == NOW
            said = [unit.consents.current(ada, at=at)[0].state for at in (NOW - SECOND, NOW)]
        assert said == [ConsentState.GRANTED, ConsentState.DENIED]

    def test_is_read_in_pages(self, store: Store, ada: ContactId) -> None:
        """Each page continues after the one before, for one contact or for all."""
        with store.units.write() as unit:
            bob = add_contact(unit, store.ids, "b@theirs.example").contact_id
            for whose in (ada, bob, ada):
                unit.consents.add(granted(whose))
            first = unit.consents.list(None, cursor=None, size=2)
            rest = unit.consents.list(None, cursor=first.next_cursor, size=2)
            assert [one.contact_id for one in (*first.items, *rest.items)] == [ada, bob, ada]
            assert (first.next_cursor is None, rest.next_cursor) == (False, None)
            assert len(unit.consents.list(bob, cursor=None, size=2).items) == 1

    def test_stays_in_its_workspace(self, store: Store, ada: ContactId) -> None:
        """Nobody else reads it."""
        with store.units.write() as unit:
            unit.consents.add(granted(ada))
            unit.commit()
        with store.second_workspace().units.read() as unit:
            assert unit.consents.list(None, cursor=None, size=9).items == ()
            assert unit.consents.current(ada, at=NOW) == ()


class TestTheLaw:
    def test_reads_the_latest_word_for_the_purpose(self, store: Store, ada: ContactId) -> None:
        """A later denial ends a grant from then on; another purpose is another question."""
        with store.units.write() as unit:
            unit.consents.add(granted(ada))
            unit.consents.add(replace(granted(ada), state=ConsentState.DENIED, valid_from=NOW))
            assert unit.guards.consent(ada, purpose="marketing", at=NOW) == "denied"
            assert unit.guards.consent(ada, purpose="marketing", at=NOW - SECOND) == "granted"
            assert unit.guards.consent(ada, purpose="marketing", at=NOW - 2 * DAY) == "none"
            assert unit.guards.consent(ada, purpose="service", at=NOW) == "none"

    def test_reads_what_was_said_of_mail(self, store: Store, ada: ContactId) -> None:
        """Leave to telephone is none to write."""
        with store.units.write() as unit:
            unit.consents.add(replace(granted(ada), channel=Channel.PHONE))
            assert unit.guards.consent(ada, purpose="marketing", at=NOW) == "none"

    @pytest.mark.parametrize(
        ("basis", "words"),
        [
            (Basis.CONSENT, ("granted", "granted")),
            (Basis.EXISTING_CUSTOMER, ("implied", "implied")),
            (Basis.LEGITIMATE_INTEREST, ("none", "granted")),
            (Basis.CONTRACT, ("none", "granted")),
        ],
    )
    def test_weighs_the_ground(
        self, store: Store, ada: ContactId, basis: Basis, words: tuple[str, str]
    ) -> None:
        """A contract or an interest of ours permits service mail, and no advertising."""
        purposes = (ConsentPurpose.MARKETING, ConsentPurpose.SERVICE)
        with store.units.write() as unit:
            for purpose, word in zip(purposes, words, strict=True):
                unit.consents.add(replace(granted(ada), lawful_basis=basis, purpose=purpose))
                assert unit.guards.consent(ada, purpose=purpose.value, at=NOW) == word

    def test_forgets_what_has_ended(self, store: Store, ada: ContactId) -> None:
        """A grant for a time leaves, at its end, what was said before it."""
        with store.units.write() as unit:
            denial = replace(granted(ada), state=ConsentState.DENIED, valid_from=NOW - 2 * DAY)
            unit.consents.add(denial)
            unit.consents.add(replace(granted(ada), valid_to=NOW))
            assert unit.guards.consent(ada, purpose="marketing", at=NOW - SECOND) == "granted"
            assert unit.guards.consent(ada, purpose="marketing", at=NOW) == "denied"


class TestTakingDown:
    @pytest.fixture
    def rep(self, store: Store) -> PersonId:
        person = Person(
            person_id=PersonId(store.ids.new("per")), name="R", email="r@ours.example",
            role=Role.REP,
        )  # fmt: skip
        with store.units.write() as unit:
            unit.authority.add_person(person)
            unit.commit()
        return person.person_id

    def test_is_on_record(self, store: Store, ada: ContactId, rep: PersonId) -> None:
        """Who took it down, what and on which ground; not where, which may name a person."""
        stored = Consenting(units=store.units, clock=store.clock).state(granted(ada), by=rep)
        with store.units.read() as unit:
            (told,) = unit.records.about(stored.consent_id)
        assert (told.kind, told.contact_id) == (RecordKind.CONSENT, ada)
        assert told.payload == {
            "purpose": "marketing", "channel": "mail", "state": "granted",
            "lawful_basis": "consent", "by": rep,
        }  # fmt: skip

    def test_needs_no_ground_to_deny(self, store: Store, ada: ContactId, rep: PersonId) -> None:
        """A no is taken without evidence, and rests on nothing."""
        denial = replace(granted(ada), state=ConsentState.DENIED, evidence="")
        stored = Consenting(units=store.units, clock=store.clock).state(denial, by=rep)
        assert stored.lawful_basis is Basis.NONE

    @pytest.mark.parametrize(
        "why",
        ["needs evidence", "legal ground", "the source", "not said", "ends", "doubt", "no contact"],
    )
    def test_refuses_what_proves_nothing(
        self, store: Store, ada: ContactId, rep: PersonId, why: str
    ) -> None:
        """Each lack is named, and nothing is stored."""
        good = granted(ada)
        wrong = {
            "needs evidence": replace(good, evidence=" "),
            "legal ground": replace(good, lawful_basis=Basis.NONE),
            "the source": replace(good, source=""),
            "not said": replace(good, valid_from=NOW + DAY),
            "ends": replace(good, valid_to=NOW - DAY),
            "doubt": replace(good, purpose=ConsentPurpose.CONTACT),
            "no contact": replace(good, contact_id=ContactId("con_0")),
        }
        with pytest.raises(UnableToConsent, match=why):
            Consenting(units=store.units, clock=store.clock).state(wrong[why], by=rep)
        with store.units.read() as unit:
            assert unit.consents.list(None, cursor=None, size=9).items == ()

    def test_takes_a_rep(self, store: Store, ada: ContactId) -> None:
        """Nobody who may not change customers' rows opens a door to them."""
        with pytest.raises(UnableToConsent, match="takes a rep"):
            Consenting(units=store.units, clock=store.clock).state(
                granted(ada), by=PersonId("per_0")
            )
