"""The mail of a generated world, as real MIME in every common dress."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from bailiwick.evals.world.company import Somebody
from bailiwick.evals.world.letters import (
    ANSWERS,
    CLOSINGS,
    GREETINGS,
    INBOUND,
    OUTREACH,
    SMALL_TALK,
    SUBJECTS,
)
from bailiwick.evals.world.situation import Situation

CONVERSATION_TURNS: Final = (5, 5, 7)
"""Mails of a settled conversation, an odd number so that the last is ours; 330 make some 1,870."""
BOUNCE: Final = """\
From: Mail Delivery System <mailer-daemon@{host}>
To: {mailbox}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <{mark}@{host}>
In-Reply-To: {first}
References: {first}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="r{mark}"

--r{mark}
Content-Type: text/plain; charset=utf-8

Your message could not be delivered: the mailbox does not exist.

--r{mark}
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{host}

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1

--r{mark}--
"""
_OWN_NAME: Final = "Mara from Northwind Foundry"


class Post:
    """Writes the conversation of each contact."""

    def __init__(self, dice: random.Random, *, mailbox: str, now: datetime) -> None:
        self._dice = dice
        self._mailbox = mailbox
        self._now = now

    def conversation(self, contact: Somebody) -> Iterator[EmailMessage]:
        """Yield the mails between us and a contact, oldest first."""
        match contact.situation:
            case Situation.NEW:
                return
            case Situation.SILENT:
                yield self._first(contact, days=self._dice.randint(4, 9))
            case Situation.SETTLED:
                yield from self._settled(contact)
            case Situation.BOUNCES:
                first = self._first(contact, days=2)
                yield first
                yield self._bounce(contact, first)
            case _:
                first = self._first(contact, days=self._dice.randint(5, 9))
                yield first
                yield self._answer(contact, first)

    def _settled(self, contact: Somebody) -> Iterator[EmailMessage]:
        days = self._dice.randint(20, 60)
        last = self._first(contact, days=days)
        yield last
        for turn in range(1, CONVERSATION_TURNS[contact.number % len(CONVERSATION_TURNS)]):
            days -= self._dice.randint(1, 3)
            theirs = turn % 2 == 1
            texts = SMALL_TALK[contact.firm.locale.language]
            text = texts[turn % len(texts)] if theirs else ANSWERS[contact.firm.locale.language]
            last = self._reply(contact, last, text, days=days, theirs=theirs)
            yield last

    def _first(self, contact: Somebody, *, days: int) -> EmailMessage:
        language = contact.firm.locale.language
        subject = self._dice.choice(SUBJECTS[language]).replace("{company}", contact.firm.name)
        text = OUTREACH[language].replace("{first}", contact.first)
        text = text.replace("{company}", contact.firm.name)
        message = self._message(contact, subject, days=days, theirs=False)
        message.set_content(text)
        return message

    def _answer(self, contact: Somebody, first: EmailMessage) -> EmailMessage:
        texts = INBOUND[contact.situation]
        choices = texts[contact.firm.locale.language]
        day = (self._now + timedelta(days=8)).strftime("%Y-%m-%d")
        text = (
            self._dice.choice(choices).replace("{day}", day).replace("{{", "{").replace("}}", "}")
        )
        if contact.situation is not Situation.AWAY:
            language = contact.firm.locale.language
            text = f"{GREETINGS[language]}\n\n{text}\n\n{CLOSINGS[language]}"
        message = self._reply(contact, first, text, days=self._dice.randint(1, 3), theirs=True)
        if contact.situation is Situation.AWAY:
            message["Auto-Submitted"] = "auto-replied"
        return message

    def _reply(
        self,
        contact: Somebody,
        before: EmailMessage,
        text: str,
        *,
        days: int,
        theirs: bool,
    ) -> EmailMessage:
        subject = str(before["Subject"])
        subject = subject if subject.startswith("Re: ") else f"Re: {subject}"
        message = self._message(contact, subject, days=days, theirs=theirs)
        earlier = str(before["References"] or "")
        message["In-Reply-To"] = str(before["Message-ID"])
        message["References"] = f"{earlier} {before['Message-ID']}".strip()
        self._dress(message, contact, text, before, theirs=theirs)
        return message

    def _message(self, contact: Somebody, subject: str, *, days: int, theirs: bool) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        at = self._now - timedelta(days=days, minutes=self._dice.randint(1, 300))
        user, _, domain = contact.address.partition("@")
        them = Address(display_name=contact.name, username=user, domain=domain)
        own_user, _, own_domain = self._mailbox.partition("@")
        us = Address(display_name=_OWN_NAME, username=own_user, domain=own_domain)
        message["From"], message["To"] = (them, us) if theirs else (us, them)
        message["Subject"] = subject
        message["Date"] = format_datetime(at)
        mark = f"{self._dice.getrandbits(64):016x}"
        message["Message-ID"] = f"<{mark}@{domain if theirs else own_domain}>"
        return message

    def _dress(
        self,
        message: EmailMessage,
        contact: Somebody,
        text: str,
        before: EmailMessage,
        *,
        theirs: bool,
    ) -> None:
        """Give a body the dress of some mail program: signature, quote, HTML, other charset."""
        signature = (
            f"{contact.name}\n{contact.title}\n{contact.firm.name}\n{contact.phone}\n"
            f"www.{contact.firm.domain}"
        )
        quoted = "\n".join(f"> {line}" for line in _text_of(before).splitlines())
        head = f"On {before['Date']}, {_name_of(before)} wrote:"
        parts = [text, f"-- \n{signature}" if theirs else "", f"{head}\n{quoted}"]
        whole = "\n\n".join(part for part in parts if part)
        style = self._dice.randint(0, 3)
        if style == 0 and whole.isascii():
            message.set_content(whole, charset="us-ascii")
        elif style == 1:
            message.set_content(whole, cte="base64")
        else:
            message.set_content(whole, cte="quoted-printable")
        if style == 3:  # noqa: PLR2004 - one dress in four has an HTML part too
            paragraphs = "".join(f"<p>{_escaped(p)}</p>" for p in whole.split("\n\n"))
            message.add_alternative(f"<html><body>{paragraphs}</body></html>", subtype="html")

    def _bounce(self, contact: Somebody, first: EmailMessage) -> EmailMessage:
        """Return an RFC 3464 report; written out, since the standard library composes none."""
        mark = f"{self._dice.getrandbits(64):016x}"
        raw = BOUNCE.format(
            host=contact.firm.domain,
            mailbox=self._mailbox,
            date=format_datetime(self._now - timedelta(days=1)),
            mark=mark,
            first=first["Message-ID"],
            address=contact.address,
        )
        message = message_from_bytes(raw.replace("\n", "\r\n").encode(), policy=SMTP)
        assert isinstance(message, EmailMessage), "the SMTP policy makes such messages"
        return message


def letter(contact: Somebody, text: str, *, subject: str, mailbox: str, now: datetime) -> bytes:
    """Return one more mail of a contact, as it would arrive at this moment."""
    language = contact.firm.locale.language
    message = EmailMessage(policy=SMTP)
    user, _, domain = contact.address.partition("@")
    message["From"] = Address(display_name=contact.name, username=user, domain=domain)
    message["To"] = mailbox
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{contact.number}.{now:%Y%m%d%H%M%S%f}@{domain}>"
    message.set_content(
        f"{GREETINGS[language]}\n\n{text}\n\n{CLOSINGS[language]}\n{contact.name}\n"
    )
    return message.as_bytes()


def dated(message: EmailMessage) -> datetime:
    """Return when a mail was written."""
    return parsedate_to_datetime(str(message["Date"]))


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    assert isinstance(text, str), "a plain body is text"
    own = text.partition("\n\nOn ")[0]
    return own.strip()


def _name_of(message: EmailMessage) -> str:
    return str(message["From"]).partition("<")[0].strip().strip('"')


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
