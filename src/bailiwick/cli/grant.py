"""`bailiwick grant`: autonomy, granted one level at a time and taken back at once."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, sliced, tell_more
from bailiwick.cli.session import As, Json, Reason, application, person
from bailiwick.cli.wording import moment
from bailiwick.domain.action import Action
from bailiwick.domain.fault import InputFault
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from bailiwick.wiring.application import Application

app = App(name="grant", help="Grant, list and revoke autonomy.")

Everyone = Annotated[bool, Parameter(name="--all", negative=())]


class UnableToTellWhom(InputFault):
    """The contacts that a grant is to cover are not named, or named twice."""


@app.command
def add(  # noqa: PLR0913 - a grant is narrow in each of these
    action: Action,
    *,
    capability: str,
    level: int,
    evidence: str,
    reason: Reason,
    days: int = 30,
    account: str = "",
    contact: str = "",
    everyone: Everyone = False,
    as_: As = "",
    json: Json = False,
) -> int:
    """Let a capability take an action without a person, for some days; an administrator does that.

    Parameters
    ----------
    action
        What may be done.
    capability
        Who may do it; `bailiwick list` names them.
    level
        One above the level it has now; outbound mail goes unattended from level 3.
    evidence
        What shows that it is safe, such as the id of a release decision.
    days
        Until it ends by itself, at most 30.
    account
        Only for the contacts of this account: its id, or the mail address of one of them.
    contact
        Only for this contact: id or mail address.
    everyone
        For every contact.
    """
    from bailiwick.engine.granting import Wish
    from bailiwick.wiring.answers import granting

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        segment = _segment(bailiwick, account=account, contact=contact, everyone=everyone)
        wish = Wish(
            capability=capability,
            action=action,
            level=level,
            segment=segment,
            days=days,
            evidence=evidence,
            reason=reason,
        )
        grant = granting(bailiwick).add(wish, person_id=asking.person_id)
    output.answer(plain(grant))
    output.say(
        f"{grant.capability} may {grant.action.value} at L{int(grant.level)} for "
        f"{grant.segment} until {moment(grant.expires_at)}.",
        f"Take it back at once: bailiwick grant revoke {grant.grant_id} --reason …",
        mark="ok",
    )
    return Exit.OK


@app.command(name="list")
def list_(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List grants that were not revoked; expired ones are marked."""
    from bailiwick.wiring.answers import granting

    output = Output(as_json=json)
    with application() as bailiwick:
        now = bailiwick.clock.now()
        grants = granting(bailiwick).list()
    page = sliced(grants, key=lambda g: g.grant_id, cursor=cursor, size=size)
    output.answer(plain(page))
    rows = [
        (
            g.grant_id,
            f"{g.capability} may {g.action.value} at L{int(g.level)} for {g.segment}",
            "expired" if now >= g.expires_at else moment(g.expires_at),
            g.evidence,
        )
        for g in page.items
    ]
    output.table("Grants", ("id", "what", "until", "evidence"), rows)
    if not page.items:
        output.say("No grants: mail and other outward actions wait for a person.")
    tell_more(output, page.next_cursor)
    return Exit.OK


@app.command
def revoke(grant_id: str, *, reason: Reason, as_: As = "", json: Json = False) -> int:
    """End a grant at once; a supervisor or an administrator does that.

    Parameters
    ----------
    grant_id
        See `bailiwick grant list`.
    """
    from bailiwick.domain.ids import GrantId
    from bailiwick.wiring.answers import granting

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        grant = granting(bailiwick).revoke(
            GrantId(grant_id), person_id=asking.person_id, reason=reason
        )
    output.answer({"grant_id": grant.grant_id, "revoked": True})
    output.say(f"{grant.capability} may no longer {grant.action.value} by this grant.", mark="ok")
    return Exit.OK


def _segment(bailiwick: "Application", *, account: str, contact: str, everyone: bool) -> str:
    from bailiwick.engine.whom import found_contact

    if [bool(account), bool(contact), everyone].count(True) != 1:
        message = "say whom it covers: one of --account ID, --contact ID or --all"
        raise UnableToTellWhom(message)
    if everyone:
        return "*"
    if account and "@" not in account:
        return f"account:{account}"
    with bailiwick.units.read() as unit:
        found = unit.crm.contact(found_contact(unit, contact or account))
    if contact and found is not None:
        return f"contact:{found.contact_id}"
    if found is None or found.account_id is None:
        message = f"{account!r} belongs to no account; grant for them alone with --contact"
        raise UnableToTellWhom(message)
    return f"account:{found.account_id}"
