"""Mail that nobody asked for has two forms of one text; the HTML says nothing else."""

import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.smtp.outgoing import MAIL

from bailiwick.connectors.smtp.alternative import html_of
from bailiwick.connectors.smtp.compose import ComposeSettings, compose
from bailiwick.domain.outbound import OutboundMail, Purpose

KEY = "ab" * 32
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SETTINGS = ComposeSettings(domain="acme.example", unsubscribe_secret=b"s" * 16)
LETTER = replace(MAIL, purpose=Purpose.MARKETING, text="Hello Zoë,\n\nMay I call?\n\nBye\nAcme")


def read(mail: OutboundMail) -> EmailMessage:
    raw = compose(mail, KEY, date=AT, settings=SETTINGS)
    parsed = message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def form(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    assert isinstance(part, EmailMessage)
    assert not part.defects
    text: str = part.get_content()
    return text.replace("\r\n", "\n")


def visible(page: str) -> str:
    """What a reader of the page sees."""
    body = page[page.index("<body>") :].replace("<br>\n", "\n").replace("</p>\n<p>", "\n\n")
    return unescape(re.sub(r"<[^>]*>", "", body)).strip("\n")


class TestTwoForms:
    def test_hold_the_same_words(self) -> None:
        """A mail that nobody asked for is plain first and HTML second, word for word."""
        parsed = read(LETTER)
        assert parsed.get_content_type() == "multipart/alternative"
        kinds = [part.get_content_type() for part in parsed.iter_parts()]
        assert kinds == ["text/plain", "text/html"]
        assert form(parsed, "plain").strip() == LETTER.text
        assert visible(form(parsed, "html")) == LETTER.text

    def test_are_the_same_bytes_each_time(self) -> None:
        """Nothing but the stored mail and its key goes in, so an approval covers both forms."""
        twice = [compose(LETTER, KEY, date=AT, settings=SETTINGS) for _ in range(2)]
        assert twice[0] == twice[1]

    def test_are_one_where_somebody_is_answered(self) -> None:
        """An answer is plain text, as a person writes it."""
        parsed = read(replace(LETTER, purpose=Purpose.SERVICE))
        assert parsed.get_content_type() == "text/plain"


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x>', "&lt;b&gt;", "a\n</p>\nb"]
)
def test_no_character_of_the_text_is_markup(text: str) -> None:
    """What looks like markup is shown, not followed."""
    page = html_of(text, language='en"><script>')
    assert visible(page) == text
    assert set(re.findall(r"</?(\w+)", page)) <= {"html", "head", "meta", "body", "p", "br"}


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200))
@settings(max_examples=100, derandomize=True)
def test_any_text_is_the_same_in_both_forms(words: str) -> None:
    """Whatever is said arrives alike in both, between boundaries that it cannot forge."""
    said = f"Hello {words} there\n\n--=_{KEY[:32]}--"
    parsed = read(replace(LETTER, text=said))
    assert form(parsed, "plain").removesuffix("\n") == said
    assert visible(form(parsed, "html")) == said
