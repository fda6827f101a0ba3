"""Asks a mail server who it is, without signing in or sending: for the check of a set-up."""

import contextlib
import smtplib
import ssl
from typing import Final

from bailiwick.connectors.smtp.endpoint import Security, SmtpEndpoint
from bailiwick.domain.fault import PortFault

GREETING_SECONDS_MAX: Final = 10.0  # ours: a person waits for the answer


class UnableToGreet(PortFault):
    """The mail server did not answer as one."""

    retryable = True


def greet(endpoint: SmtpEndpoint, *, hello_name: str) -> str:
    """Connect, say EHLO and return how the connection can be protected. Raises UnableToGreet."""
    try:
        with contextlib.closing(_opened(endpoint, hello_name)) as server:
            code, _ = server.ehlo()
            if not 200 <= code < 300:  # noqa: PLR2004 - RFC 5321, 4.2.1: positive completion
                raise UnableToGreet(_said(endpoint, f"answered EHLO with {code}"))
            offered = server.has_extn("starttls")
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise UnableToGreet(_said(endpoint, type(error).__name__)) from error
    if endpoint.security is Security.IMPLICIT:
        return "TLS"
    if not offered and endpoint.security is Security.REQUIRED:
        raise UnableToGreet(_said(endpoint, "does not offer STARTTLS, which is required"))
    return "STARTTLS" if offered else "no TLS"


def _opened(endpoint: SmtpEndpoint, hello_name: str) -> smtplib.SMTP:
    seconds = min(endpoint.seconds_max, GREETING_SECONDS_MAX)
    place = (endpoint.host, endpoint.port)
    if endpoint.security is Security.IMPLICIT:
        trusted = ssl.create_default_context(cafile=endpoint.ca_file or None)
        return smtplib.SMTP_SSL(*place, local_hostname=hello_name, timeout=seconds, context=trusted)
    return smtplib.SMTP(*place, local_hostname=hello_name, timeout=seconds)


def _said(endpoint: SmtpEndpoint, what: str) -> str:
    return f"mail server {endpoint.host}:{endpoint.port}: {what}"
