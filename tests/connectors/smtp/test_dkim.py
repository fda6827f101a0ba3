import base64
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from bailiwick.connectors.smtp.compose import ComposeSettings, compose
from bailiwick.connectors.smtp.dkim import DkimKey, load_key, signed
from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.outbound import OutboundMail, Purpose

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
RSA = generate_private_key(public_exponent=65537, key_size=2048)
ED25519 = Ed25519PrivateKey.generate()
MESSAGE = compose(
    OutboundMail(
        to_address="ada@customer.example",
        to_name="Ada  Lovelace, née Byron",
        from_address="sales@bailiwick.example",
        from_name="Sales",
        subject="A long subject that needs to be folded because it goes on – and on – and on",
        text="Dear Ada,\n\n.hidden\ntrailing space \n\n\n",
        purpose=Purpose.MARKETING,
        language="en",
    ),
    "ab" * 32,
    date=AT,
    settings=ComposeSettings(
        domain="bailiwick.example",
        unsubscribe_secret=b"s" * 32,
        unsubscribe_url="https://bailiwick.example/u",
    ),
)


def pem(private: object) -> str:
    dumped = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - any key has it
    return bytes(dumped).decode()  # pyright: ignore[reportUnknownArgumentType] - as above


def record(name: bytes, timeout: int = 5) -> bytes:
    del timeout
    assert name == b"s2026._domainkey.bailiwick.example."
    der = RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


class Ed25519Verifier:
    """Lets dkimpy check an Ed25519 signature through OpenSSL."""

    def __init__(self, public: Ed25519PublicKey) -> None:
        self._public = public
        self.good = True

    def verify(self, message: bytes, signature: bytes) -> None:
        try:
            self._public.verify(signature, message)
        except InvalidSignature:  # kept, since dkimpy would look for the other library's exception
            self.good = False


def ed25519_is_good(message: bytes) -> bool:
    checker = dkim.DKIM(message)
    tags, names, headers = checker.verify_headerprep()
    verifier = Ed25519Verifier(ED25519.public_key())
    checker.pk, checker.ktag = verifier, b"ed25519"
    checker.keysize, checker.seqtlsrpt = 256, False
    return checker.verify_sig_process(tags, names, headers[0], None) and verifier.good


def rsa_is_good(message: bytes) -> bool:
    try:
        return dkim.DKIM(message).verify(dnsfunc=record)
    except dkim.ValidationError:
        return False


def rsa_signed(message: bytes = MESSAGE) -> bytes:
    key = load_key(pem(RSA), domain="bailiwick.example", selector="s2026")
    return signed(message, key, at=AT)


class TestAnRsaSignature:
    def test_verifies(self) -> None:
        """dkimpy, an independent verifier, accepts what we sign."""
        assert rsa_is_good(rsa_signed())

    @pytest.mark.parametrize(
        "name",
        [b"From", b"To", b"Subject", b"Date", b"Message-ID", b"List-Unsubscribe",
         b"List-Unsubscribe-Post"],
    )  # fmt: skip
    def test_covers_each_header_a_receiver_relies_on(self, name: bytes) -> None:
        """A changed byte in any of these headers breaks the signature."""
        before = b"\r\n" + name + b": "
        raw = rsa_signed()
        assert raw.count(before) == 1
        assert not rsa_is_good(raw.replace(before, before + b"x"))

    @pytest.mark.parametrize("name", [b"Reply-To", b"Cc", b"In-Reply-To"])
    def test_stops_a_header_from_being_added(self, name: bytes) -> None:
        """A header that was absent when we signed cannot be slipped in afterwards."""
        assert not rsa_is_good(rsa_signed().replace(b"\r\nTo:", b"\r\n" + name + b": a@x\r\nTo:"))

    @pytest.mark.parametrize("name", [b"From", b"Subject", b"List-Unsubscribe"])
    @pytest.mark.parametrize("first", [True, False])
    def test_stops_a_header_from_being_added_again(self, name: bytes, first: bool) -> None:  # noqa: FBT001 - a parameter of the test
        """A second one, on top where readers look first or below ours, breaks the signature."""
        raw, added = rsa_signed(), name + b": <a@x.example>\r\n"
        forged = added + raw if first else raw.replace(b"\r\n\r\n", b"\r\n" + added + b"\r\n", 1)
        assert not rsa_is_good(forged)

    def test_covers_the_body(self) -> None:
        """A changed word in the body breaks the signature."""
        raw = rsa_signed()
        assert not rsa_is_good(raw.replace(b"Dear Ada", b"Dear Bob"))

    def test_survives_what_relays_do(self) -> None:
        """Other folding and more spaces, as relays make them, leave it valid."""
        assert rsa_is_good(rsa_signed().replace(b"\r\nSubject: ", b"\r\nSubject:   "))


class TestAnEd25519Signature:
    @pytest.mark.parametrize("form", ["pem", "seed"])
    def test_verifies(self, form: str) -> None:
        """Canonicalised by dkimpy and checked by OpenSSL, it is good; from a PEM or a seed."""
        seed = base64.b64encode(ED25519.private_bytes_raw()).decode()
        text = pem(ED25519) if form == "pem" else seed
        key = load_key(text, domain="bailiwick.example", selector="s2026")
        raw = signed(MESSAGE, key, at=AT)
        assert b"a=ed25519-sha256" in raw
        assert ed25519_is_good(raw)

    def test_fails_on_another_mail(self) -> None:
        """The signature of one mail is not good for another."""
        key = DkimKey(domain="bailiwick.example", selector="s2026", private=ED25519)
        raw = signed(MESSAGE, key, at=AT)
        assert not ed25519_is_good(raw.replace(b"\r\nTo: ", b"\r\nTo: x"))


class TestAKey:
    def test_must_be_strong(self) -> None:
        """RSA below 2048 bits is refused with the remedy."""
        weak = generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - weak on purpose
        with pytest.raises(SettingsFault, match="1024 bits; use RSA 2048 or Ed25519"):
            load_key(pem(weak), domain="bailiwick.example", selector="s")

    @pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nx"])
    def test_must_be_readable(self, text: str) -> None:
        """Text that is no key is refused."""
        with pytest.raises(SettingsFault, match="neither"):
            load_key(text, domain="bailiwick.example", selector="s")

    def test_must_be_of_a_known_kind(self) -> None:
        """An elliptic-curve key that DKIM does not know is refused."""
        with pytest.raises(SettingsFault, match="neither RSA nor Ed25519"):
            load_key(pem(generate_ec(SECP256R1())), domain="bailiwick.example", selector="s")

    @pytest.mark.parametrize("selector", ["", "a;b", "a\r\nb", "-a", "A"])
    def test_needs_a_clean_selector(self, selector: str) -> None:
        """A selector that could break the header is refused."""
        with pytest.raises(SettingsFault, match="selector"):
            load_key(pem(RSA), domain="bailiwick.example", selector=selector)
