"""A campaign in the office: recipients, grants, and a timetable that says what it is told."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from tests.fakes.office import ACME, DANA, Office, dana

from bailiwick.domain.action import Action, Risk
from bailiwick.domain.autonomy import GRANT_DAYS, Grant, Level
from bailiwick.domain.campaign.campaign import Campaign
from bailiwick.domain.campaign.enrolment import CampaignId, Enrolment, enrolment_id
from bailiwick.domain.campaign.series import Series, Touch
from bailiwick.domain.consent import Basis, Consent, ConsentPurpose, ConsentState
from bailiwick.domain.crm import Contact, Role
from bailiwick.domain.ids import ContactId, GrantId
from bailiwick.ports.timetable import Slot
from bailiwick.ports.unit import Unit
from bailiwick.store.crm_rows import CrmRows
from bailiwick.wiring.campaigns import TurnReport

THREE: Final = Series(version=1, touches=tuple(Touch(gap_days=days) for days in (0, 3, 5)))
"""Three touches in office hours, three and five working days apart."""
DAY: Final = timedelta(days=1)


@dataclass(kw_only=True)
class StillTimetable:
    """Lets every touch go at once, and the next `gap` later, unless told otherwise."""

    gap: timedelta = DAY
    opens_at: datetime | None = None
    full_until: dict[int, datetime] = field(default_factory=dict[int, datetime])
    """By version of a series: until when the mailbox lets nothing of it go."""
    asked: list[datetime] = field(default_factory=list[datetime])

    def slot(self, unit: Unit, series: Series, enrolment: Enrolment, *, at: datetime) -> Slot:
        """The instant that was asked for, or the opening if that is later; in line while full."""
        assert unit.campaigns.series(enrolment.campaign_id, enrolment.version) == series
        self.asked.append(at)
        room = self.full_until.get(enrolment.version, at)
        if room > at:
            return Slot(at=room, reason="the mailbox is full", in_line=True)
        if self.opens_at is not None and self.opens_at > at:
            return Slot(at=self.opens_at, reason="the window is shut")
        return Slot(at=at, reason="the window is open")

    def back(
        self,
        unit: Unit,
        series: Series,
        contact_id: ContactId,
        *,
        returns_on: date | None,
        heard: datetime,
    ) -> Slot:
        """The day after the return, or five days from now."""
        assert unit.crm.contact(contact_id) is not None
        assert series.touches
        if returns_on is None:
            return Slot(at=heard + 5 * DAY, reason="they are away")
        return Slot(at=datetime.combine(returns_on, heard.timetz()) + DAY, reason="they are away")

    def after(
        self, unit: Unit, series: Series, enrolment: Enrolment, *, accepted_at: datetime
    ) -> Slot:
        """A gap later."""
        assert unit.campaigns.series(enrolment.campaign_id, enrolment.version) == series
        return Slot(at=accepted_at + self.gap, reason="the gap")


def run_campaign(
    place: Office,
    *contacts: ContactId,
    series: Series = THREE,
    name: str = "Spring",
    granted: bool = True,
) -> Campaign:
    """Make, fill and start a campaign; with a grant its mails need no signature."""
    contacts = contacts or (DANA,)
    desk = place.app.campaigns.administration
    desk.create(name, series, by=place.person(Role.ADMIN))
    desk.enrol(name, contacts, by=place.person(Role.ADMIN))
    if granted:
        grant(place)
        for contact_id in contacts:
            consent(place, contact_id)
    return desk.start(name, by=place.person(Role.ADMIN))


def grant(place: Office) -> None:
    """Let the campaign's mails go without a person, with the consent that the law asks for."""
    now = place.clock.now()
    with place.app.units.write() as unit:
        unit.authority.add_grant(
            Grant(
                grant_id=GrantId("grt_campaign"),
                capability="campaign",
                action=Action.SEND_MESSAGE,
                segment="*",
                level=Level.L3,
                risk_max=Risk.R2,
                evidence="test",
                reason="test",
                granted_by=place.person(Role.ADMIN),
                granted_at=now,
                expires_at=now + timedelta(days=GRANT_DAYS),
            )
        )
        unit.commit()


def consent(place: Office, contact_id: ContactId = DANA) -> None:
    """Note that the contact agreed to marketing."""
    with place.app.units.write() as unit:
        unit.consents.add(
            Consent(
                contact_id=contact_id,
                purpose=ConsentPurpose.MARKETING,
                state=ConsentState.GRANTED,
                lawful_basis=Basis.CONSENT,
                source="test",
                valid_from=place.clock.now(),
            )
        )
        unit.commit()


def hire(
    place: Office, count: int, *, country: str = "US", lifecycle: str = "lead"
) -> tuple[ContactId, ...]:
    """Store so many colleagues of Dana, in a country where marketing needs no consent."""
    found: list[Contact] = [
        dana(
            contact_id=ContactId(f"con_{number:03}"),
            first_name=f"Kim{number}",
            last_name="Ode",
            addresses=(f"kim{number}@acme.example",),
            country=country,
            lifecycle=lifecycle,
            account_id=ACME,
        )
        for number in range(count)
    ]
    with place.app.units.write() as unit:
        for contact in found:
            CrmRows(unit).add_contact(contact)
        unit.commit()
    return tuple(contact.contact_id for contact in found)


def turn(place: Office) -> TurnReport:
    """Turn the whole machine once."""
    return asyncio.run(place.app.campaigns.turn())


def recipient(
    place: Office, campaign: Campaign | CampaignId, contact_id: ContactId = DANA
) -> Enrolment:
    """Return how a recipient stands."""
    campaign_id = campaign.campaign_id if isinstance(campaign, Campaign) else campaign
    with place.app.units.read() as unit:
        kept = unit.campaigns.enrolment(enrolment_id(campaign_id, contact_id))
    assert kept is not None
    return kept.enrolment


def sign(place: Office) -> int:
    """Let the admin sign every card that waits; return how many there were."""
    cards = place.pending()
    for card in cards:
        place.app.inbox.approve(
            card.approval_id,
            person_id=place.person(Role.ADMIN),
            shown_hash=card.payload_hash,
        )
    return len(cards)
