"""Where a recipient lives, as far as we know: by which clocks, and by which country's holidays."""

from typing import Final
from zoneinfo import ZoneInfo

from bailiwick.domain.crm import Account, Contact, Workspace
from bailiwick.domain.jurisdiction import ZONES, zones

_COUNTRIES: Final = {zone: country for country, names in ZONES.items() for zone in names}


def zones_of(
    contact: Contact, account: Account | None, workspace: Workspace
) -> tuple[ZoneInfo, ...]:
    """Return the clocks a recipient may live by: their own, their company's, or the sender's.

    Before the sender's come the zones of the recipient's country, all at once.
    """
    return zones(
        (contact.timezone, account.timezone if account else ""),
        (contact.country, account.country if account else ""),
        default=workspace.timezone,
    )


def country_of(contact: Contact, account: Account | None) -> str:
    """Return whose public holidays a recipient keeps; empty when nobody knows."""
    if contact.country:
        return contact.country.upper()
    own = _COUNTRIES.get(contact.timezone, "")
    if own or account is None:
        return own
    return account.country.upper() or _COUNTRIES.get(account.timezone, "")
