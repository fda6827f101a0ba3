"""Webhook signatures: what is signed verifies, and nothing else does."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from bailiwick.engine.webhook.signature import (
    TOLERANCE,
    UnableToVerify,
    new_secret,
    signed,
    verified,
)

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SECRET = new_secret()
BODY = b'{"a":1}'


def headers(message_id: str = "msg_1", at: datetime = NOW, body: bytes = BODY) -> dict[str, str]:
    return signed(message_id, at, body, with_secrets=[SECRET])


def refused(given_headers: Mapping[str, str], body: bytes = BODY, secret: str = SECRET) -> bool:
    try:
        verified(given_headers, body, with_secrets=[secret], now=NOW)
    except UnableToVerify:
        return True
    return False


class TestASignedRequest:
    def test_verifies(self) -> None:
        """The id comes back when the request was signed just now."""
        assert verified(headers(), BODY, with_secrets=[SECRET], now=NOW) == "msg_1"

    def test_is_what_the_reference_library_takes(self) -> None:
        """A receiver that uses the reference implementation accepts what we send."""
        now = datetime.now(tz=UTC)  # noqa: TID251 - the library reads the real clock
        Webhook(SECRET).verify(BODY, headers(at=now))

    def test_verifies_with_either_secret_while_one_rotates(self) -> None:
        """A second signature in the list is enough, and so is a second secret on our side."""
        old = new_secret()
        both = signed("msg_1", NOW, BODY, with_secrets=[old, SECRET])
        assert not refused(both)
        assert not refused(both, secret=old)
        one = signed("msg_1", NOW, BODY, with_secrets=[old])
        assert verified(one, BODY, with_secrets=[SECRET, old], now=NOW) == "msg_1"

    def test_verifies_beside_a_wrong_signature(self) -> None:
        """A wrong signature before the right one changes nothing."""
        given_headers = headers()
        given_headers["webhook-signature"] = "v1,AAAA " + given_headers["webhook-signature"]
        assert not refused(given_headers)

    @pytest.mark.parametrize("away", [TOLERANCE, -TOLERANCE])
    def test_verifies_for_five_minutes(self, away: timedelta) -> None:
        """Clocks may differ by five minutes either way."""
        assert not refused(headers(at=NOW + away))


class TestAForgedRequest:
    @pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
    def test_is_refused_without_each_header(self, missing: str) -> None:
        """Without a signature there is nothing to believe."""
        assert refused({name: value for name, value in headers().items() if name != missing})

    @pytest.mark.parametrize(
        "stamp",
        [
            "",
            "nan",
            "NaN",
            "inf",
            "-1",
            "1e9",
            "1 ",
            "\u0661",
            "99999999999999",
            "999999999999",
            "0",
        ],
    )
    def test_is_refused_with_an_odd_time(self, stamp: str) -> None:
        """Only a whole number of seconds near now is a time."""
        assert refused({**headers(), "webhook-timestamp": stamp})

    @pytest.mark.parametrize("away", [TOLERANCE, -TOLERANCE])
    def test_is_refused_when_it_is_old_or_early(self, away: timedelta) -> None:
        """A recorded request cannot be sent again later."""
        further = away + timedelta(seconds=1 if away > timedelta() else -1)
        assert refused(headers(at=NOW + further))

    def test_is_refused_when_the_id_holds_the_separator(self) -> None:
        """Id and time cannot be shifted into each other: an id has no dot."""
        inner = signed("msg_3", NOW, b"1." + BODY, with_secrets=[SECRET])
        assert refused({**inner, "webhook-id": "msg_3.1"})
        assert refused(signed("msg_3.1", NOW, BODY, with_secrets=[SECRET]))

    def test_is_refused_when_the_body_was_written_anew(self) -> None:
        """The raw bytes count, not what they mean."""
        assert refused(headers(), b'{"a": 1}')

    @pytest.mark.parametrize("version", ["v1a", "v2", "", "v"])
    def test_is_refused_under_another_version(self, version: str) -> None:
        """A signature of one scheme is not taken for one of another."""
        given_headers = headers()
        raw = given_headers["webhook-signature"].partition(",")[2]
        assert refused({**given_headers, "webhook-signature": f"{version},{raw}"})

    @given(st.data())
    def test_is_refused_after_any_change(self, data: st.DataObject) -> None:
        """One changed byte of body, id, time or signature is enough."""
        given_headers, body = dict(headers()), bytearray(BODY)
        what = data.draw(st.sampled_from([*given_headers, "body"]))
        flip = data.draw(st.integers(1, 255))
        if what == "body":
            body[data.draw(st.integers(0, len(body) - 1))] ^= flip
        else:
            value = bytearray(given_headers[what], "ascii")
            at = data.draw(st.integers(0, len(value) - 1))
            value[at] ^= flip
            given_headers[what] = value.decode("latin-1")
        assert refused(given_headers, bytes(body))

    @given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=80), st.binary(max_size=40))
    def test_never_raises_anything_else(
        self, message_id: str, stamp: str, signature: str, body: bytes
    ) -> None:
        """Whatever is sent, the answer is a refusal."""
        given_headers = {
            "webhook-id": message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature,
        }
        assert refused(given_headers, body)
