"""Saved filters on both databases, whom they select, and how those stand towards a campaign."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.store.stores import NOW, Store, a_mail_effect

from bailiwick.domain.campaign.audience import Obstacle, Standing, obstacle
from bailiwick.domain.campaign.campaign import Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import CampaignId, enrolled
from bailiwick.domain.campaign.series import DEFAULT
from bailiwick.domain.consent import Basis, Consent, ConsentPurpose, ConsentState
from bailiwick.domain.crm import Account, Contact, ContactFlags
from bailiwick.domain.filter.filter import Filter, FilterId
from bailiwick.domain.filter.filter_text import condition_of
from bailiwick.domain.ids import AccountId, ContactId, PersonId, StepId
from bailiwick.domain.reach import Sight
from bailiwick.ports.filters import Asked
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.unit import SqlUnit

CAMPAIGN = CampaignId("cmp_1")
ASKED = Asked(campaign_id=CAMPAIGN, at=NOW, touches_since=NOW - timedelta(days=2), touches_max=1)

BASES = {"customer": Basis.EXISTING_CUSTOMER, "served": Basis.CONTRACT}


def a_filter(name: str = "Germans", *texts: str) -> Filter:
    """Return a filter."""
    return Filter(
        filter_id=FilterId(f"flt_{name}"),
        name=name,
        conditions=tuple(map(condition_of, texts or ("country is DE",))),
        made_by=PersonId("per_1"),
        created_at=NOW,
    )


class TestAFilter:
    def test_comes_back_as_it_was_stored(self, store: Store) -> None:
        """By id and by name, with every sort of value; a second of its name is refused."""
        texts = ("country is DE, AT", "sent_count at_most 3", "created_at since 2026-01-31")
        found = a_filter("mixed", *texts)
        with store.units.write() as unit:
            assert unit.filters.add(found)
            assert not unit.filters.add(replace(found, filter_id=FilterId("flt_2")))
            assert unit.filters.get(found.filter_id) == unit.filters.by_name("mixed") == found
            assert unit.filters.count() == 1

    def test_is_changed_and_removed_by_who_read_it_last(self, store: Store) -> None:
        """What rests on an older row changes nothing."""
        with store.units.write() as unit:
            unit.filters.add(a_filter())
            other = replace(a_filter(), conditions=(condition_of("country is AT"),))
            assert unit.filters.save(other)
            assert not unit.filters.save(other)
            assert not unit.filters.remove(other)
            now = unit.filters.get(other.filter_id)
            assert now == replace(other, row_version=2)
            assert now is not None
            assert unit.filters.remove(now)
            assert unit.filters.get(other.filter_id) is None

    def test_is_listed_in_pages(self, store: Store) -> None:
        """Each once, oldest first."""
        with store.units.write() as unit:
            for name in "abc":
                unit.filters.add(a_filter(name))
            first = unit.filters.list(cursor=None, size=2)
            rest = unit.filters.list(cursor=first.next_cursor, size=2)
        assert [one.name for one in (*first.items, *rest.items)] == ["a", "b", "c"]
        assert rest.next_cursor is None


def selected(unit: SqlUnit, *texts: str) -> set[str]:
    """Return the last names of whom conditions select."""
    conditions = [condition_of(text) for text in texts]
    page = unit.audience.matching(conditions, at=NOW, cursor=None, size=50)
    found = [unit.crm.contact(one) for one in page.items]
    return {one.last_name for one in found if one is not None}


class TestConditions:
    @pytest.mark.parametrize(
        ("texts", "expected"),
        [
            (("country is de",), {"Big"}),
            (("country is US, fr",), {"Odd", "Free"}),
            (("country is_not DE",), {"Odd", "Free"}),
            (("title contains procure",), {"Big"}),
            (("title begins head, buy",), {"Big", "Free"}),
            (("title known",), {"Big", "Free"}),
            (("title unknown",), {"Odd"}),
            (("account.industry is foundry",), {"Big"}),
            (("account.industry is_not foundry",), {"Odd", "Free"}),
            (("account.name contains 100%",), {"Odd"}),
            (("account.name contains %",), {"Odd"}),
            (("account.name contains gießerei mü",), {"Big"}),
            (("account.name contains _",), {"Odd"}),
            (("account.name unknown",), {"Free"}),
            (("account.employees_count at_least 900",), {"Big"}),
            (("account.employees_count at_most 899",), set[str]()),
            (("account.employees_count unknown",), {"Odd", "Free"}),
            (("account.employees_count is 900, 7",), {"Big"}),
            (("sent_count at_most 0",), {"Big", "Odd", "Free"}),
            (("created_at within_days 1",), {"Big", "Odd", "Free"}),
            (("created_at before 2026-11-20",), set[str]()),
            (("created_at since 2026-11-20",), {"Big", "Odd", "Free"}),
            (("last_inbound_at not_within_days 30",), {"Big", "Odd", "Free"}),
            (("last_inbound_at within_days 30",), set[str]()),
            (("last_inbound_at known",), set[str]()),
            (("country is DE, FR", "account.name known"), {"Big"}),
        ],
    )
    def test_select_whom_they_name(
        self, store: Store, texts: tuple[str, ...], expected: set[str]
    ) -> None:
        """Each operator both ways; case does not matter, and a `%` is a `%`."""
        with store.units.write() as unit:
            people(store, unit)
            assert selected(unit, *texts) == expected

    def test_select_in_pages_and_nobody_who_was_deleted(self, store: Store) -> None:
        """Each once, by id; a second workspace is not asked."""
        with store.units.write() as unit:
            people(store, unit)
            unit.commit()
        ask = [condition_of("created_at known")]
        with store.units.read() as unit:
            first = unit.audience.matching(ask, at=NOW, cursor=None, size=2)
            rest = unit.audience.matching(ask, at=NOW, cursor=first.next_cursor, size=2)
        both = (*first.items, *rest.items)
        assert (len(set(both)), rest.next_cursor) == (3, None)
        assert list(both) == sorted(both)
        with store.second_workspace().units.read() as unit:
            assert unit.audience.matching(ask, at=NOW, cursor=None, size=9).items == ()


class TestStandings:
    def test_are_what_the_law_reads(self, store: Store) -> None:
        """Each flag of each contact, one by one and counted, is that of the judge's own reading."""
        with store.units.write() as unit:
            found = crowd(store, unit)
            standings = unit.audience.standings([*found.values(), ContactId("con_no")], ASKED)
            assert standings.keys() == set(found.values())
            for name, contact_id in found.items():
                standing, safety = standings[contact_id], unit.crm.safety(contact_id)
                assert standing.suppressed is safety.suppressed, name
                assert standing.opted_out is (safety.do_not_contact or safety.unsubscribed), name
                assert standing.bounced is safety.bounced, name
                assert standing.doubtful is safety.opt_out_doubtful, name
                stated = unit.guards.consent(contact_id, purpose="marketing", at=NOW)
                assert standing.consent == stated, name
                count = unit.guards.touches(
                    contact_id, since=ASKED.touches_since, besides=StepId("")
                )
                assert standing.over_cap is (count >= ASKED.touches_max), name
            told = {
                name: obstacle(standings[contact_id], jurisdiction_default="opt_in")
                for name, contact_id in found.items()
            }
            assert told == {
                "clear": None,
                "american": None,
                "enrolled": Obstacle.ENROLLED,
                "addressless": Obstacle.NO_ADDRESS,
                "suppressed": Obstacle.SUPPRESSED,
                "left": Obstacle.OPTED_OUT,
                "bounced": Obstacle.BOUNCED,
                "denied": Obstacle.CONSENT_DENIED,
                "unsure": Obstacle.UNSURE,
                "silent": Obstacle.NO_CONSENT,
                "customer": None,
                "served": Obstacle.NO_CONSENT,
                "worn": Obstacle.OVER_CAP,
            }
            crowds = unit.audience.crowds([condition_of("created_at known")], ASKED)
            assert counted(crowds) == counted((one, 1) for one in standings.values())

    def test_count_only_whom_the_caller_sees(self, store: Store) -> None:
        """Somebody who sees their own customers is told of those."""
        with store.units.write() as unit:
            rows = CrmRows(unit)
            for name, owner in (("Mine", "me@ours.example"), ("Yours", "you@ours.example")):
                contact = Contact(
                    contact_id=ContactId(store.ids.new("con")), last_name=name, owner_email=owner
                )
                rows.add_contact(contact)
            unit.commit()
        sight = Sight(owners=frozenset({"me@ours.example"}), person_id=PersonId("per_1"))
        ask = [condition_of("created_at known")]
        with store.units.seen_by(sight).read() as unit:
            assert selected(unit, "created_at known") == {"Mine"}
            assert sum(count for _, count in unit.audience.crowds(ask, ASKED)) == 1


def counted(crowds: Iterable[tuple[Standing, int]]) -> Counter[Standing]:
    """Return how many there are of each standing."""
    found = Counter[Standing]()
    for standing, count in crowds:
        found[standing] += count
    return found


def crowd(store: Store, unit: SqlUnit) -> dict[str, ContactId]:
    """Store one contact for each thing that may speak against them; return them by that."""
    rows = CrmRows(unit)
    changes: dict[str, dict[str, object]] = {
        "clear": {}, "american": {"country": "US"}, "enrolled": {},
        "addressless": {"addresses": ()}, "suppressed": {},
        "left": {"flags": ContactFlags(unsubscribed=True)},
        "bounced": {"flags": ContactFlags(bounced=True)}, "denied": {}, "unsure": {},
        "silent": {}, "customer": {}, "served": {}, "worn": {},
    }  # fmt: skip
    people: dict[str, Contact] = {}
    for name, changed in changes.items():
        contact = Contact(
            contact_id=ContactId(store.ids.new("con")), last_name=name, country="DE",
            addresses=(f"{name}@x.example",),
        )  # fmt: skip
        people[name] = replace(contact, **changed)  # pyright: ignore[reportArgumentType] - by name
        rows.add_contact(people[name])
        if name not in {"american", "silent"}:
            state = "denied" if name == "denied" else "granted"
            unit.consents.add(
                Consent(
                    contact_id=contact.contact_id,
                    purpose=ConsentPurpose.MARKETING,
                    state=ConsentState(state),
                    lawful_basis=BASES.get(name, Basis.CONSENT),
                    source="form",
                    valid_from=NOW,
                )
            )
    unit.guards.mark_doubtful(people["unsure"].contact_id, doubtful=True)
    rows.add_suppression("suppressed@x.example", reason="asked", source="test")
    unit.campaigns.add(
        Campaign(
            campaign_id=CAMPAIGN, name="Spring", status=CampaignStatus.DRAFT,
            made_by=PersonId("per_1"), created_at=NOW,
        ),
        DEFAULT,
    )  # fmt: skip
    one = enrolled(CAMPAIGN, people["enrolled"].contact_id, version=1, wake_at=NOW)
    unit.campaigns.enrol([one], at=NOW)
    a_mail_effect(store, unit, people["worn"], purpose="marketing")
    row = unit.effects.claim(holder="h", at=NOW, lease_seconds=60)
    assert row is not None
    return {name: contact.contact_id for name, contact in people.items()}


def people(store: Store, unit: SqlUnit) -> None:
    """Store three contacts: of a large foundry, of a firm that little is known of, of none."""
    rows = CrmRows(unit)
    big = Account(
        account_id=AccountId("acc_big"), name="Gießerei Müller", industry="Foundry",
        employees_count=900, country="DE",
    )  # fmt: skip
    odd = Account(account_id=AccountId("acc_odd"), name="100% Odd_Co")
    for account in (big, odd):
        rows.add_account(account)
    for name, account, country, title in (
        ("Big", big.account_id, "DE", "Head of Procurement"),
        ("Odd", odd.account_id, "us", ""),
        ("Free", None, "FR", "Buyer"),
    ):
        rows.add_contact(
            Contact(
                contact_id=ContactId(store.ids.new("con")),
                last_name=name,
                account_id=account,
                country=country,
                title=title,
                created_at=NOW,
            )
        )
