"""The mails that come into a simulated mailbox, as people and machines write them."""

from datetime import datetime
from typing import Final

from bench.outreach.people import Deed
from bench.outreach.wire import Line

MAILBOX: Final = "sales@ours.example"


def letter(line: Line, words: str, *, at: datetime, number: int) -> bytes:
    """Return what somebody writes after a mail."""
    return (
        f"From: {line.recipient}\r\nTo: {MAILBOX}\r\nSubject: Re: {line.subject}\r\n"
        f"Date: {at:%a, %d %b %Y %H:%M:%S +0000}\r\nMessage-ID: <r{number}@theirs.example>\r\n"
        f"In-Reply-To: {line.message_id}\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
    ).encode()


def report(line: Line, deed: Deed, *, at: datetime, number: int) -> bytes:
    """Return what a mail server tells of a mail that it could not deliver (RFC 3464)."""
    action, status = ("failed", "5.1.1") if deed is Deed.BOUNCE else ("delayed", "4.4.7")
    return (
        f"From: mailer-daemon@theirs.example\r\nTo: {MAILBOX}\r\nSubject: Undelivered Mail\r\n"
        f"Date: {at:%a, %d %b %Y %H:%M:%S +0000}\r\nMessage-ID: <b{number}@theirs.example>\r\n"
        f"In-Reply-To: {line.message_id}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.theirs.example\r\n\r\n"
        f"Final-Recipient: rfc822; {line.recipient}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        "--b--\r\n"
    ).encode()


def complaint(line: Line, *, at: datetime, number: int) -> bytes:
    """Return how a provider tells that a reader called a mail spam (RFC 5965); it hides who."""
    return (
        f"From: <feedback@theirs.example>\r\nTo: {MAILBOX}\r\nSubject: FW: a complaint\r\n"
        f"Date: {at:%a, %d %b %Y %H:%M:%S +0000}\r\nMessage-ID: <c{number}@theirs.example>\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n"
        "--b\r\nContent-Type: message/feedback-report\r\n\r\n"
        "Feedback-Type: abuse\r\nUser-Agent: theirs/1.0\r\nVersion: 1\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"From: <{MAILBOX}>\r\nTo: <redacted>\r\nSubject: {line.subject}\r\n"
        f"Message-ID: {line.message_id}\r\n\r\n...\r\n--b--\r\n"
    ).encode()
