"""Whatever the bytes, parsing stays within its limits."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.mailbox.letters import HEADERS, PLAIN

from bailiwick.connectors.mailbox.parse import parse
from bailiwick.domain.message import Parse, ParsedMail

MIXED = f"""{HEADERS}Content-Type: multipart/mixed; boundary=q

--q
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable

<p>a=20<b>b</b></p>
--q
Content-Type: application/pdf; name*0*=utf-8''%41; name*1=b
Content-Transfer-Encoding: base64

QUJD
--q--
"""


BOUNCE = """From: MAILER-DAEMON@x.example
Content-Type: multipart/report; boundary=q

--q
Content-Type: message/delivery-status

Status: 5.1.1
Final-Recipient: rfc822; a@x.example
--q--
"""


HTML = f"{HEADERS}Content-Type: text/html\n\n"


SEEDS = (f"{HEADERS}Subject: =?utf-8?q?Zo=C3=AB?=\n{PLAIN}\nhi\n-- \nDana\n", MIXED, BOUNCE)


def check(mail: ParsedMail) -> None:
    assert mail.parse in Parse
    assert (mail.parse is Parse.CLEAN) == (not mail.defects)
    assert mail.parse is Parse.QUARANTINED or mail.from_address
    assert mail.subject == " ".join(mail.subject.split())
    assert mail.rfc_message_id.startswith("<")
    str(mail).encode()


class TestAnyInput:
    @settings(max_examples=500)
    @given(st.binary(max_size=400))
    def test_ends_in_one_state(self, raw: bytes) -> None:
        """Arbitrary bytes never raise."""
        check(parse(raw))

    @settings(max_examples=500)
    @given(st.sampled_from(SEEDS), st.integers(0, 2**32), st.integers(1, 12))
    def test_ends_in_one_state_when_broken(self, seed: str, dice: int, count: int) -> None:
        """Real mails with bytes changed, cut, doubled and swapped never raise."""
        raw = bytearray(seed.encode())
        chance = random.Random(dice)  # noqa: S311 - seeded mutations
        for _ in range(count):
            at = chance.randrange(len(raw))
            kind = chance.randrange(4)
            if kind == 0:
                raw[at] = chance.randrange(256)
            elif kind == 1:
                del raw[at : at + chance.randrange(9)]
            elif kind == 2:
                raw[at:at] = raw[at : at + 20]
            else:
                raw[at:at] = chance.choice(
                    [b"\n", b"\r", b"\x00", b"=?", b"--q", b";", b'"', b"\xff"]
                )
            raw = raw or bytearray(b"x")
        check(parse(bytes(raw)))

    @pytest.mark.parametrize(
        "raw",
        [
            HEADERS + "Subject: " + "=?utf-8?q?=41?= " * 3_000 + "\n\nx",
            HTML + "<div>" * 50_000,
            HTML + "<div> " * 50_000,
            HTML + "<a href='" * 25_000,
            HTML + "<!--" * 50_000,
            HTML + "<![x" * 50_000,
            HTML + "<script>" * 25_000,
            HTML + "<a href=http://x>" * 12_000 + "</a>" * 12_000,
            HTML + "x</a>" * 25_000,
            HTML + "&amp" * 75_000,
            HEADERS + "Content-Type: text/plain" + "; a=b" * 5_000 + "\n\nx",
            HEADERS + "Content-Type: text/plain; a=" + '"' * 25_000 + "\n\nx",
            HEADERS + "Cc: " + "(" * 50_000 + "\n\nx",
            HEADERS + "Cc: " + "a@x.example," * 3_000 + "\n\nx",
            HEADERS + "References: " + "<" * 50_000 + "\n\nx",
            HEADERS + "References: " + "<a@b> " * 7_000 + "\n\nx",
            HEADERS + PLAIN + "\n" + "a" * 12_000 + "@" * 12_000,
            HEADERS + PLAIN + "\n" + "\u200b" * 25_000,
            HEADERS + PLAIN + "\n" + "\u0301" * 25_000,
            HEADERS + "Content-Type: multipart/mixed; boundary=q\n\n" + "\n--q " * 50_000,
        ],
        ids=range(20),
    )  # fmt: skip
    def test_is_read_in_linear_time(self, raw: str) -> None:
        """Inputs built against patterns, lists and trees cost less than a second and a half."""
        begin = time.process_time()
        check(parse(raw.encode()))
        assert time.process_time() - begin < 1.5
