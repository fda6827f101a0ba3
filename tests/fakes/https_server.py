"""A web server on loopback that speaks real TLS, under a certificate of a throw-away authority."""

import datetime as dt
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

Answer = Callable[[str], tuple[int, bytes]]
"""From a path to a status and a body."""
_BEGAN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_CENTURY = dt.timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Certified:
    """A server's own side of TLS, and the side of who trusts the authority that signed it."""

    server: ssl.SSLContext
    trusting: ssl.SSLContext


def certified(
    folder: Path, host: str, *, lasting: dt.timedelta = _CENTURY, by_itself: bool = False
) -> Certified:
    """Make an authority, and a certificate of it, or of nobody else, for one host."""
    authority, authority_key = _signed("Test authority", None, None, lasting=_CENTURY)
    vouching = (None, None) if by_itself else (authority, authority_key)
    certificate, key = _signed(host, *vouching, lasting=lasting)
    path = folder / f"{host}.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    pem = authority.public_bytes(Encoding.PEM).decode("ascii")
    return Certified(server, ssl.create_default_context(cadata=pem))


def _signed(
    name: str,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey | None,
    *,
    lasting: dt.timedelta,
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGAN)
        .not_valid_after(_BEGAN + lasting)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer_key or key).public_key()),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer is not None:
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        builder = builder.add_extension(names, critical=False)
    else:
        builder = builder.add_extension(
            x509.KeyUsage(
                digital_signature=True, key_cert_sign=True, crl_sign=True,
                content_commitment=False, key_encipherment=False, data_encipherment=False,
                key_agreement=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )  # fmt: skip
    return builder.sign(issuer_key or key, hashes.SHA256()), key


class _Server(ThreadingHTTPServer):
    answer: Answer

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that does not trust us hangs up."""


class _Asked(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - ours

    def do_GET(self) -> None:
        status, body = self.server.answer(self.path)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        del format, args


@contextmanager
def https_server(tls: ssl.SSLContext, answer: Answer) -> Generator[int]:
    """Serve on loopback; gives the port."""
    running = _Server(("127.0.0.1", 0), _Asked)
    running.answer = answer
    running.socket = tls.wrap_socket(running.socket, server_side=True)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield running.server_address[1]
    finally:
        running.shutdown()
        running.server_close()
        thread.join(timeout=5)
