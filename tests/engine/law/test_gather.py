"""The standing that the law reads: each fact on both sides, from real rows."""

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.fakes.office import ACME, DANA, Office, dana, letter, mail_args, office, step

from bailiwick.domain.action import Action, Risk
from bailiwick.domain.autonomy import Grant, Level
from bailiwick.domain.consent import Consent, ConsentPurpose, ConsentState
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ContactId, GrantId, PlanId, RunId
from bailiwick.domain.outbound import Claim, Purpose
from bailiwick.domain.plan import Plan, Step
from bailiwick.policy.standing import Standing
from bailiwick.store.crm_rows import CrmRows


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url) as opened:
        yield opened


def standing(place: Office, of: Step | None = None, *, capability: str = "reply") -> Standing:
    found = of or step()
    plan = Plan(
        plan_id=PlanId("pln_a"), workspace_id=place.app.workspace.workspace_id,
        run_id=RunId("run_a"), capability=capability, contact_id=DANA, objective="",
        steps=(found,), planner="rules", prompt_version="", facts_hash="",
        created_at=place.clock.now(),
    )  # fmt: skip
    with place.app.units.read() as unit:
        ruling = place.app.court.judge(
            unit, plan, found, approval=None, stage="route", at=place.clock.now()
        )
    return ruling.question.standing


def mail(**changes: object) -> Step:
    return step(args={"contact_id": DANA, "mail": mail_args(**changes)})


def grant(place: Office, **changes: object) -> None:
    given = Grant(
        grant_id=GrantId("grt_a"), capability="reply", action=Action.SEND_MESSAGE,
        level=Level.L3, segment=f"contact:{DANA}", risk_max=Risk.R2, evidence="test",
        reason="test", granted_by=place.person(Role.ADMIN), granted_at=place.clock.now(),
        expires_at=place.clock.now() + timedelta(days=30),
    )  # fmt: skip
    with place.app.units.write() as unit:
        unit.authority.add_grant(replace(given, **changes))  # pyright: ignore[reportArgumentType] - tests name fields
        unit.commit()


class TestTheMail:
    def test_matches_the_contact_and_our_mailbox(self, place: Office) -> None:
        """Recipient and sender are compared with rows, not believed."""
        assert standing(place).recipient_matches
        assert standing(place).sender_matches
        assert not standing(place, mail(to_address="dana@evil.example")).recipient_matches
        assert not standing(place, mail(from_address="boss@northwind.example")).sender_matches

    def test_of_another_shape_has_nothing_speaking_for_it(self, place: Office) -> None:
        """A payload that is no mail is refused by every mail fact at once."""
        broken = standing(place, step(args={"contact_id": DANA, "mail": {"to": "x"}}))
        assert (broken.recipient_matches, broken.sender_matches) == (False, False)
        assert broken.restricted_content

    def test_answers_only_what_the_contact_wrote(self, place: Office) -> None:
        """An answer names a mail that we received from this very contact."""
        place.receive(letter("How does onboarding work?"))
        assert standing(place, mail(in_reply_to="<m1@acme.example>")).answers_inbound
        assert not standing(place, mail(in_reply_to="<else@acme.example>")).answers_inbound
        assert not standing(place).answers_inbound

    def test_counts_statements_that_nothing_supports(self, place: Office) -> None:
        """A number that no cited row holds is counted; a cited name is not."""
        invented = mail(text="Hello,\n\nwe offer 37 % off until 3 March.")
        cited = mail(
            text="Hello Dana,\n\nkind regards",
            claims=(Claim(text="Dana", evidence=f"contact:{DANA}"),),
        )
        assert standing(place, invented).unsupported_claims_count > 0
        assert standing(place, cited).unsupported_claims_count == 0

    def test_shows_links_and_marked_words(self, place: Office) -> None:
        """Links elsewhere and shapes of secrets are seen; our own domain is not foreign."""
        assert standing(place, mail(text="see http://evil.example/x")).links_foreign_count == 1
        assert standing(place, mail(text="see www.northwind.example")).links_foreign_count == 0
        key = "sk-live-4eC39HqLyjWDarjtT1zdp7dcAbCdEf"  # made up, of a known shape
        assert standing(place, mail(text=f"key {key}")).restricted_content

    def test_carries_the_concerns_of_what_it_answers(self, place: Office) -> None:
        """A threat in the answered mail reaches the law as a word of a closed list."""
        place.receive(letter("Our lawyer will sue you if this goes on."))
        answer = standing(place, mail(in_reply_to="<m1@acme.example>"))
        assert "legal" in answer.concerns
        assert standing(place).concerns == frozenset()


class TestAutonomy:
    def test_starts_with_the_install_default(self, place: Office) -> None:
        """A fresh install grants level 1 for outward mail and level 2 inside."""
        assert standing(place).level_granted == Level.L1
        task = step(Action.CREATE_TASK, args={"contact_id": DANA, "title": "x"})
        assert standing(place, task, capability="crm_orchestrator").level_granted == Level.L2

    @pytest.mark.parametrize("segment", ["*", f"contact:{DANA}", f"account:{ACME}"])
    def test_rises_by_a_grant_that_covers_the_contact(self, place: Office, segment: str) -> None:
        """A live grant for everybody, the contact or the account counts."""
        grant(place, segment=segment)
        assert standing(place).level_granted == Level.L3

    @pytest.mark.parametrize(
        "changes",
        [
            {"segment": "contact:con_else"},
            {"segment": "account:acc_else"},
            {"capability": "followup"},
            {"action": Action.UPDATE_FIELD},
            {"risk_max": Risk.R1},
            {"expires_at": datetime(2026, 7, 14, 10, 0, tzinfo=UTC)},
            {"revoked_at": datetime(2026, 7, 14, 9, 0, tzinfo=UTC)},
        ],
    )
    def test_stays_where_it_is_without_one(self, place: Office, changes: dict[str, object]) -> None:
        """Another contact, capability, action or risk, or a grant that ended, lifts nothing."""
        grant(place, **changes)
        assert standing(place).level_granted == Level.L1

    def test_is_capped_by_the_spec(self, place: Office) -> None:
        """No grant lifts a capability above its own ceiling."""
        grant(place, level=Level.L5)
        assert standing(place).level_granted == Level.L3


class TestTheContact:
    def test_is_suppressed_by_any_of_its_addresses(self, place: Office) -> None:
        """One suppressed address suppresses the contact."""
        assert not standing(place).suppressed
        place.suppress("dana@acme.example")
        assert standing(place).suppressed

    def test_has_namesakes(self, place: Office) -> None:
        """A record of the same name makes the recipient doubtful, another name does not."""
        assert standing(place).namesakes_count == 0
        with place.app.units.write() as unit:
            twin = dana(contact_id=ContactId("con_twin"), addresses=("dana@globex.example",))
            CrmRows(unit).add_contact(twin)
            unit.commit()
        assert standing(place).namesakes_count == 1

    def test_is_the_runs_own_by_id_when_something_is_written(self, place: Office) -> None:
        """A write about the run's own contact is not doubtful; one about another with a twin is."""
        other = ContactId("con_other")
        with place.app.units.write() as unit:
            for number, contact_id in enumerate((ContactId("con_twin"), other)):
                address = f"dana{number}@globex.example"
                CrmRows(unit).add_contact(dana(contact_id=contact_id, addresses=(address,)))
            unit.commit()
        own = step(Action.CREATE_TASK, args={"contact_id": DANA, "title": "Call"})
        foreign = step(Action.CREATE_TASK, args={"contact_id": other, "title": "Call"})
        facts = step(Action.RECORD_FACTS, args={"facts": []})
        assert standing(place, own).namesakes_count == 0
        assert standing(place, facts).namesakes_count == 0
        assert standing(place, foreign).namesakes_count == 2
        assert not standing(place, foreign).entity_confirmed

    def test_needs_our_postal_address_where_the_law_asks_for_it(self, place: Office) -> None:
        """Advertising to the United States has it, on one line or more; nothing else needs it."""
        bare, marketing = mail(), mail(purpose=Purpose.MARKETING)
        footed = mail(purpose=Purpose.MARKETING, text="Hello,\n\n1 Foundry Lane,\nLeeds")
        assert not standing(place, marketing).postal_address_missing, "she is in Britain"
        with place.app.units.write() as unit:
            CrmRows(unit).add_contact(dana(country="US"))
            unit.commit()
        found = [standing(place, one).postal_address_missing for one in (bare, marketing, footed)]
        assert found == [False, True, False]

    def test_consents_for_a_purpose(self, place: Office) -> None:
        """Consent counts for the purpose it was given for; an answer to a question is implied."""
        marketing = mail(purpose=Purpose.MARKETING)
        assert standing(place, marketing).consent == "none"
        with place.app.units.write() as unit:
            consent = Consent(
                contact_id=DANA, purpose=ConsentPurpose.MARKETING, state=ConsentState.GRANTED,
                valid_from=place.clock.now(),
            )  # fmt: skip
            unit.consents.add(consent)
            unit.commit()
        assert standing(place, marketing).consent == "granted"
        place.receive(letter("How does onboarding work?"))
        assert standing(place, mail(in_reply_to="<m1@acme.example>")).consent == "implied"

    def test_sleeps_at_night_where_it_lives(self, place: Office) -> None:
        """Quiet hours follow the contact's own clock, and weekends are quiet."""
        assert not standing(place).quiet_hours
        place.clock.set(datetime(2026, 7, 14, 19, 30, tzinfo=UTC))  # 20:30 in London
        assert standing(place).quiet_hours
        place.clock.set(datetime(2026, 7, 18, 10, 0, tzinfo=UTC))  # a Saturday
        assert standing(place).quiet_hours


class TestStops:
    @pytest.mark.parametrize("scope", ["*", "capability:reply", "action:send_message"])
    def test_count_in_their_scope(self, place: Office, scope: str) -> None:
        """A stop of everything, the capability or the action is seen."""
        with place.app.units.write() as unit:
            unit.authority.halt(
                scope, reason="test", by=place.person(Role.ADMIN), at=place.clock.now()
            )
            unit.commit()
        assert standing(place).halted

    def test_of_something_else_do_not(self, place: Office) -> None:
        """A stop of another capability leaves this one alone."""
        with place.app.units.write() as unit:
            unit.authority.halt(
                "capability:followup", reason="t", by=place.person(Role.ADMIN),
                at=place.clock.now(),
            )  # fmt: skip
            unit.commit()
        assert not standing(place).halted


class TestTaint:
    def test_of_a_recipient_that_a_record_confirms_is_none(self, place: Office) -> None:
        """A sink filled from foreign text is clean when a trusted row holds the same."""
        tainted = replace(mail(), tainted=frozenset({"mail", "contact_id"}))
        assert not standing(place, tainted).tainted_sink

    def test_of_a_recipient_that_no_record_knows_is_seen(self, place: Office) -> None:
        """The same sink with an address of nobody is tainted."""
        elsewhere = replace(mail(to_address="x@evil.example"), tainted=frozenset({"mail"}))
        assert standing(place, elsewhere).tainted_sink

    def test_is_about_the_run_too(self, place: Office) -> None:
        """A capability that reads foreign text taints its run."""
        assert standing(place).tainted_run
