from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.connectors.smtp.compose import (
    TEXT_BYTES_MAX,
    ComposeSettings,
    UnableToCompose,
    compose,
    envelope_sender,
    message_id,
)
from bailiwick.connectors.smtp.unsubscribe import unsubscribe_token, unsubscribed_hash
from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.outbound import OutboundMail, Purpose

KEY = "ab" * 32
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECRET = b"s" * 32
SETTINGS = ComposeSettings(domain="bailiwick.example", unsubscribe_secret=SECRET)
MAIL = OutboundMail(
    to_address="ada@customer.example",
    to_name="Ada Lovelace",
    from_address="sales@bailiwick.example",
    from_name="Sales",
    subject="Your question",
    text="Dear Ada,\n\nhere is the answer.\n",
    purpose=Purpose.SERVICE,
    language="en",
)
MARKETING = replace(MAIL, purpose=Purpose.MARKETING)


def written(mail: OutboundMail, settings: ComposeSettings = SETTINGS) -> bytes:
    return compose(mail, KEY, date=AT, settings=settings)


def read(mail: OutboundMail, settings: ComposeSettings = SETTINGS) -> EmailMessage:
    return message_from_bytes(written(mail, settings), _class=EmailMessage, policy=policy.default)


def text_of(message: EmailMessage) -> str:
    return message.get_content().replace("\r\n", "\n")


class TestAComposedMail:
    def test_says_what_was_approved(self) -> None:
        """A reader gets back exactly the parties, subject and text of the payload."""
        message = read(MAIL)
        assert message["From"] == "Sales <sales@bailiwick.example>"
        assert message["To"] == "Ada Lovelace <ada@customer.example>"
        assert message["Subject"] == "Your question"
        assert text_of(message) == MAIL.text
        assert message["Date"] == "Mon, 02 Mar 2026 09:30:00 +0000"

    def test_is_the_same_twice(self) -> None:
        """The same effect at the same instant gives the same bytes, so no boundary by chance."""
        assert written(MAIL) == written(MAIL)

    def test_is_named_by_its_effect(self) -> None:
        """The Message-ID is the first forty digits of the effect key at our domain."""
        assert read(MAIL)["Message-ID"] == f"<{KEY[:40]}@bailiwick.example>"

    def test_has_no_copies(self) -> None:
        """There is one recipient: no Cc, no Bcc, no Reply-To, no Sender."""
        names = {name.lower() for name in read(MAIL)}
        assert names.isdisjoint({"cc", "bcc", "reply-to", "sender"})

    def test_ends_each_line_with_crlf_and_stays_ascii(self) -> None:
        """No bare line end and no eighth bit reaches a server, whatever the text holds."""
        raw = written(replace(MAIL, subject="Grüße – 你好", text="Füße\n.\nFrom me\n" + "x" * 2000))
        assert raw.isascii()
        assert raw.replace(b"\r\n", b"").isascii()
        assert b"\r" not in raw.replace(b"\r\n", b"")
        assert b"\n" not in raw.replace(b"\r\n", b"")
        assert max(len(line) for line in raw.split(b"\r\n")) <= 78
        assert b"\r\nFrom me" not in raw

    def test_threads_with_what_it_answers(self) -> None:
        """In-Reply-To and References are taken over in order."""
        message = read(replace(MAIL, in_reply_to="<b@x.example>", references=("<a@x>", "<b@x>")))
        assert message["In-Reply-To"] == "<b@x.example>"
        assert message["References"].split() == ["<a@x>", "<b@x>"]

    def test_keeps_root_and_latest_of_a_long_thread(self) -> None:
        """A thread of a hundred mails keeps the first reference and the latest 49."""
        ids = tuple(f"<{n}@x>" for n in range(100))
        kept = read(replace(MAIL, references=ids))["References"].split()
        assert kept == ["<0@x>", *ids[51:]]

    @given(
        subject=st.text(max_size=300),
        name=st.text(max_size=80),
        text=st.text(max_size=400),
    )
    def test_is_faithful_or_refused(self, subject: str, name: str, text: str) -> None:
        """Any text is either sent so that a reader sees it again, or refused with a fault."""
        mail = replace(MAIL, subject=subject, to_name=name, text=text)
        try:
            message = read(mail)
        except UnableToCompose:
            return
        assert sorted(message.keys()) == sorted(read(MAIL).keys())
        assert message["To"].addresses[0].addr_spec == MAIL.to_address
        assert text_of(message).rstrip("\n") == text.replace("\r\n", "\n").rstrip("\n")
        assert "".join(str(message["Subject"]).split()) == "".join(subject.split())

    def test_encodes_a_subject_that_looks_encoded(self) -> None:
        """Text that reads as an encoded word arrives as that text, not decoded."""
        assert read(replace(MAIL, subject="=?utf-8?q?hello?="))["Subject"] == "=?utf-8?q?hello?="

    def test_chooses_the_shorter_encoding(self) -> None:
        """Latin text goes out readable, other scripts in base 64; both decode to the text."""
        assert b"quoted-printable" in written(MAIL)
        chinese = replace(MAIL, text="你好世界\n" * 20)
        assert b"base64" in written(chinese)
        assert text_of(read(chinese)) == chinese.text


class TestAHeaderBreak:
    @pytest.mark.parametrize(
        "bad", ["\r\nBcc: x@evil.test", "a\nb", "a\rb", "\0", "\x85", "\u2028"]
    )
    @pytest.mark.parametrize("field", ["subject", "to_name", "from_name"])
    def test_is_refused(self, field: str, bad: str) -> None:
        """A line break or control character in a header field is a fault, never a header."""
        with pytest.raises(UnableToCompose, match="control character or line break"):
            written(replace(MAIL, **{field: f"Hello{bad}"}))

    @pytest.mark.parametrize(
        "bad",
        ["a@x.example\r\nBcc: b@evil.test", "a@x.example,b@evil.test", "a@x.example)b@evil.test",
         "Ada <ada@x.example>", "ADA@x.example", "ada@x", "", "ä@x.example"],
    )  # fmt: skip
    def test_is_refused_in_an_address(self, bad: str) -> None:
        """Anything but one plain address as recipient or sender is a fault."""
        for field in ("to_address", "from_address"):
            with pytest.raises(UnableToCompose, match=field):
                written(replace(MAIL, **{field: bad}))

    @pytest.mark.parametrize("bad", ["<a@x>\r\nX: y", "a@x", "<a b@x>", "<a@x><b@x>", "<@x>"])
    def test_is_refused_in_a_reference(self, bad: str) -> None:
        """Only a well-formed message id gets into the threading headers."""
        with pytest.raises(UnableToCompose, match="in_reply_to"):
            written(replace(MAIL, in_reply_to=bad))
        with pytest.raises(UnableToCompose, match="references"):
            written(replace(MAIL, references=(bad,)))

    def test_is_never_quoted_in_the_fault(self) -> None:
        """The fault names the field and not the customer's words."""
        with pytest.raises(UnableToCompose) as caught:
            written(replace(MAIL, subject="secret\nplan"))
        assert "secret" not in str(caught.value)

    def test_lets_apostrophes_quotes_and_commas_through(self) -> None:
        """Real names with marks arrive unchanged."""
        for name in ("O'Brien, Pat", 'Pat "Patty" O\\B', "Zoë", "山田 太郎", "é" * 20):
            assert read(replace(MAIL, to_name=name))["To"].addresses[0].display_name == name

    def test_refuses_too_much(self) -> None:
        """A subject, name or text beyond its bound is a fault."""
        for field, value in (
            ("subject", "x" * 901),
            ("to_name", "x" * 201),
            ("text", "x" * (TEXT_BYTES_MAX + 1)),
        ):
            with pytest.raises(UnableToCompose, match="at most"):
                written(replace(MAIL, **{field: value}))


class TestTheOptOut:
    def test_stands_on_marketing_mail(self) -> None:
        """Marketing carries the one-click URL, the mailbox and the RFC 8058 header."""
        settings = replace(SETTINGS, unsubscribe_url="https://bailiwick.example/u")
        message = read(MARKETING, settings)
        token = unsubscribe_token(MAIL.to_address, secret=SECRET)
        https, mailto = str(message["List-Unsubscribe"]).split(", ")
        assert https == f"<https://bailiwick.example/u/{token}>"
        assert mailto == f"<mailto:sales@bailiwick.example?subject=unsubscribe%20{token}>"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_works_by_mail_alone(self) -> None:
        """Without a public URL the mailbox stands alone and one-click is not promised."""
        message = read(MARKETING)
        assert str(message["List-Unsubscribe"]).startswith("<mailto:sales@bailiwick.example?")
        assert message["List-Unsubscribe-Post"] is None

    def test_is_absent_from_service_mail(self) -> None:
        """An answer to somebody's question carries no list header."""
        assert read(MAIL)["List-Unsubscribe"] is None

    def test_names_the_address_and_cannot_be_forged(self) -> None:
        """A token gives back the hash of its address; any other text or secret gives nothing."""
        token = unsubscribe_token("ada@customer.example", secret=SECRET)
        assert unsubscribed_hash(token, secret=SECRET) == address_hash("ada@customer.example")
        assert unsubscribed_hash(token, secret=b"t" * 32) is None
        for place in range(len(token) - 1):  # the last character carries padding bits
            other = "A" if token[place] != "A" else "B"
            changed = token[:place] + other + token[place + 1 :]
            assert unsubscribed_hash(changed, secret=SECRET) is None
        for garbage in ("", "é", "a", "=" * 40, token + "AAAA"):
            assert unsubscribed_hash(garbage, secret=SECRET) is None

    @pytest.mark.parametrize("url", ["http://x.example/u", "https:///u", "https://x.example/a b",
                                     "https://x.example/>,<https://evil.test/"])  # fmt: skip
    def test_needs_a_clean_https_url(self, url: str) -> None:
        """A URL that is not https, or could break out of its brackets, is a settings fault."""
        with pytest.raises(SettingsFault, match="unsubscribe URL"):
            replace(SETTINGS, unsubscribe_url=url)


class TestAnAutomaticMail:
    def test_says_so(self) -> None:
        """An unattended mail is marked generated, an unattended answer replied (RFC 3834)."""
        assert read(replace(MAIL, automatic=True))["Auto-Submitted"] == "auto-generated"
        answer = read(replace(MAIL, automatic=True, in_reply_to="<a@x>"))
        assert answer["Auto-Submitted"] == "auto-replied"
        assert answer["X-Auto-Response-Suppress"] == "OOF, AutoReply"

    def test_is_told_from_a_persons(self) -> None:
        """A mail that a person approved carries no such mark."""
        assert read(MAIL)["Auto-Submitted"] is None
        assert read(MAIL)["X-Auto-Response-Suppress"] is None


class TestTheReturnPath:
    def test_is_the_sender(self) -> None:
        """Without VERP bounces go to the sender's mailbox."""
        assert envelope_sender(MAIL, KEY, settings=SETTINGS) == "sales@bailiwick.example"

    def test_names_the_effect_with_verp(self) -> None:
        """With VERP the return path carries the effect key."""
        sender = envelope_sender(MAIL, KEY, settings=replace(SETTINGS, verp=True))
        assert sender == f"sales+b-{KEY[:24]}@bailiwick.example"

    def test_refuses_a_local_part_that_grows_too_long(self) -> None:
        """A variable return path beyond 64 bytes is a fault that says what to do."""
        mail = replace(MAIL, from_address="x" * 50 + "@bailiwick.example")
        with pytest.raises(UnableToCompose, match="switch verp off"):
            envelope_sender(mail, KEY, settings=replace(SETTINGS, verp=True))


class TestTheSettings:
    @pytest.mark.parametrize(
        "domain", ["", "Bailiwick.example", "x y.example", "x>\r\n", "localhost"]
    )
    def test_refuse_a_bad_domain(self, domain: str) -> None:
        """The right-hand side of Message-IDs is a domain name or nothing is sent."""
        with pytest.raises(SettingsFault, match="mail domain"):
            replace(SETTINGS, domain=domain)

    def test_refuse_a_short_secret(self) -> None:
        """A secret that can be guessed is refused."""
        with pytest.raises(SettingsFault, match="at least 16 bytes"):
            replace(SETTINGS, unsubscribe_secret=b"short")

    def test_refuse_a_bad_unsubscribe_address(self) -> None:
        """The opt-out mailbox is one plain address."""
        with pytest.raises(SettingsFault, match="unsubscribe address"):
            replace(SETTINGS, unsubscribe_address="a@x.example>")

    def test_name_effects_by_hex_keys_only(self) -> None:
        """A key that is not a SHA-256 cannot become a header."""
        for bad in ("", "ab", "g" * 64, KEY + "\r\n"):
            with pytest.raises(UnableToCompose):
                message_id(bad, domain="bailiwick.example")
