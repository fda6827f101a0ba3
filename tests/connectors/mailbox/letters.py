"""A letter to parse, built from its parts."""

from bailiwick.connectors.mailbox.parse import parse
from bailiwick.domain.message import ParsedMail

HEADERS = (
    "From: Dana Whitfield <dana@acme.example>\n"
    "To: Sales <sales@northwind.example>\n"
    "Date: Tue, 14 Jul 2026 09:12:44 +0200\n"
    "Message-ID: <m1@acme.example>\n"
    "MIME-Version: 1.0\n"
)


PLAIN = "Content-Type: text/plain; charset=utf-8\n"


def letter(text: str = "hi", *, extra: str = "", content: str = PLAIN) -> ParsedMail:
    return parse(f"{HEADERS}Subject: Renewal\n{extra}{content}\n{text}\n".encode())
