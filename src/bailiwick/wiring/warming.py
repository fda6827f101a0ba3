"""How fast the mailbox may begin, as settings say."""

from bailiwick.domain.campaign.pace import WarmUp
from bailiwick.domain.fault import SettingsFault
from bailiwick.settings import MailSettings


def warm_up(settings: MailSettings) -> WarmUp:
    """Return how a mailbox grows. Raises SettingsFault when the numbers cannot be kept."""
    last, days = settings.mails_a_day, settings.warm_up_days
    first = settings.mails_first_day if days else last
    try:
        return WarmUp(first=first, last=last, days=days)
    except ValueError as error:
        message = f"[mail] mails_first_day, mails_a_day, warm_up_days: {error}"
        raise SettingsFault(message) from error
