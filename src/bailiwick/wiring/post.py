"""Puts the mail adapters together from settings: SMTP out, IMAP in, parsing in between."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.mail_address import domain_of
from bailiwick.settings import MailSettings
from bailiwick.wiring.grounds import Grounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from bailiwick.connectors.smtp.dkim import DkimKey
    from bailiwick.connectors.smtp.writer import SmtpMailWriter
    from bailiwick.domain.crm import Workspace
    from bailiwick.domain.receipt import Receipt
    from bailiwick.engine.mail.intake import MailIntake
    from bailiwick.engine.runner import Runner
    from bailiwick.policy.permit import Permit
    from bailiwick.ports.clock import Clock
    from bailiwick.ports.mail_source import MailParser
    from bailiwick.ports.mailbox import Mailbox
    from bailiwick.ports.outbound.mail import MailWriter
    from bailiwick.ports.timetable import Timetable


def mail_writer(
    settings: MailSettings, workspace: "Workspace", *, secret: bytes, clock: "Clock"
) -> "SmtpMailWriter":
    """Return the SMTP writer. Raises SettingsFault when nothing says where mail goes."""
    from bailiwick.connectors.smtp.compose import ComposeSettings
    from bailiwick.connectors.smtp.endpoint import parse_smtp_url
    from bailiwick.connectors.smtp.writer import Filing, SentCopies, SmtpMailWriter

    if not settings.smtp_url:
        message = (
            "no mail server is set, so nothing can be sent; set BAILIWICK_SMTP_URL to "
            "smtp://user:pass@host:port, or smtp_url in [mail] of bailiwick.toml"
        )
        raise SettingsFault(message)
    sent = None
    if settings.imap_url:
        from bailiwick.connectors.mailbox.imap import ImapSentFolder
        from bailiwick.connectors.mailbox.imap_account import imap_account

        folder = ImapSentFolder(imap_account(settings.imap_url))
        filing = Filing.PROVIDER if settings.sent_by_provider else Filing.OURS
        sent = SentCopies(folder=folder, filing=filing)
    return SmtpMailWriter(
        parse_smtp_url(settings.smtp_url),
        headers=ComposeSettings(
            domain=domain_of(workspace.mailbox),
            unsubscribe_secret=secret,
            unsubscribe_url=settings.unsubscribe_url,
        ),
        clock=clock,
        dkim=dkim_key(settings),
        sent=sent,
    )


def mail_intake(
    grounds: Grounds,
    parser: "MailParser",
    timetable: "Timetable",
    *,
    secret: bytes,
    runner: "Callable[[], Runner]",
) -> "MailIntake":
    """Return what stores mail that comes in; unsure labels are asked for where settings say so."""
    from bailiwick.connectors.smtp.unsubscribe import unsubscribed_hash
    from bailiwick.engine.mail.intake import MailIntake
    from bailiwick.engine.mail.reacting import Reactions
    from bailiwick.engine.mail.reader import MailReader
    from bailiwick.engine.second_look import SecondLook
    from bailiwick.models.reply_labels import published_weights
    from bailiwick.store.mail_archives import SqlMailArchives

    reactions = Reactions(timetable=timetable, ids=grounds.ids)
    asks = grounds.settings.model.base_url and grounds.settings.model.reads_unsure_replies
    second = SecondLook(
        units=grounds.units,
        archives=SqlMailArchives(),
        clock=grounds.clock,
        ids=grounds.ids,
        reactions=reactions,
        carry=lambda row: runner().carry(row),
    )
    return MailIntake(
        units=grounds.units,
        archives=SqlMailArchives(),
        parser=parser,
        clock=grounds.clock,
        reader=MailReader(
            weights=published_weights, genuine=partial(unsubscribed_hash, secret=secret)
        ),
        reactions=reactions,
        look_again=second.look if asks else None,
        tracer=grounds.observation.tracer,
    )


def mailbox(settings: MailSettings) -> "Mailbox":
    """Return the IMAP mailbox. Raises SettingsFault when none is set."""
    from bailiwick.connectors.mailbox.imap import ImapMailbox
    from bailiwick.connectors.mailbox.imap_account import imap_account

    if not settings.imap_url:
        message = (
            "no mailbox is set; set BAILIWICK_IMAP_URL to imaps://user:pass@host, "
            "or imap_url in [mail] of bailiwick.toml"
        )
        raise SettingsFault(message)
    return ImapMailbox(imap_account(settings.imap_url))


def dkim_key(settings: MailSettings) -> "DkimKey | None":
    """Return the key that signs; None when mail is not signed here. Raises SettingsFault."""
    if not settings.dkim_key_file:
        return None
    from bailiwick.connectors.smtp.dkim import load_key

    path = Path(settings.dkim_key_file)
    try:
        pem = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        message = f"DKIM key {path} cannot be read: {error}"
        raise SettingsFault(message) from error
    return load_key(pem, domain=settings.dkim_domain, selector=settings.dkim_selector)


class LazyMailWriter:
    """Makes the writer when the first mail is sent, so that planning needs no mail server."""

    def __init__(self, make: "Callable[[], MailWriter]") -> None:
        self._make = make

    def send(self, payload: bytes, *, permit: "Permit") -> "Receipt":
        """Send through the writer that settings name."""
        return self._make().send(payload, permit=permit)

    def was_sent(self, effect_key: str) -> bool | None:
        """Ask the writer that settings name."""
        return self._make().was_sent(effect_key)
