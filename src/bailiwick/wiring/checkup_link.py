"""Looks at the page behind the unsubscribe link as a mail program would find it: over HTTPS.

A look changes nothing (RFC 8058), so the link of nobody's mail is followed, made by our own secret:
only this workspace, served there, knows it.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bailiwick.domain.mail_address import domain_of
from bailiwick.domain.mail_dns import parents
from bailiwick.domain.public_address import is_public
from bailiwick.ports.dns import Dns
from bailiwick.ports.egress import Answered, Egress, Outgoing
from bailiwick.wiring.finding import Finding, ok, problem, warning

if TYPE_CHECKING:
    from bailiwick.wiring.application import Application

TOPIC: Final = "unsubscribe link"
LOOK_SECONDS: Final = 10.0  # ours: a page that takes longer is closed by its reader
_FORM: Final = b'value="One-Click"'
"""Stands in our page, as RFC 8058, 3.2 has it sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is asked outside."""

    dns: Dns
    egress: Egress
    token: str
    """Of a link that is genuine and names nobody who ever gets mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The setting, and the domain that mail comes from."""

    url: str
    domain: str
    world: World


def world_of(application: "Application") -> World:
    """Return the world as it is. Raises SettingsFault when no name server can be asked."""
    from bailiwick.connectors.dns.resolving import DnsResolver
    from bailiwick.connectors.smtp.unsubscribe import unsubscribe_token
    from bailiwick.store.workspaces import SqlWorkspaces

    workspace = application.workspace
    nobody = f"nobody.doctor@invalid.{domain_of(workspace.mailbox)}"
    secret = SqlWorkspaces(application.database).secret(workspace.workspace_id)
    return World(
        dns=DnsResolver(application.settings.mail.dns_server),
        egress=application.outside.egress,
        token=unsubscribe_token(nobody, secret=secret),
    )


def link_finding(link: Link) -> Finding:
    """Tell whether the link is served as it must be. Raises UnableToResolve."""
    if not link.url:
        fix = "serve this workspace over HTTPS and set unsubscribe_url in [mail] to https://…/u"
        return problem(TOPIC, "none: providers demand one click of bulk senders (RFC 8058)", fix)
    parts = urlsplit(link.url)
    host = parts.hostname or ""
    if parts.scheme != "https" or not host:
        return problem(TOPIC, f"{link.url} is not HTTPS", "RFC 8058, 3.1 asks for https://")
    found = link.world.dns.addresses(host)
    if not any(map(is_public, found)):
        where = ", ".join(found) or "nowhere"
        return problem(TOPIC, f"{host} leads to {where}", "publish its public address in the DNS")
    trouble = _looked_at(link)
    if trouble is not None:
        return trouble
    if not any(host == d or host.endswith("." + d) for d in parents(link.domain)):
        fix = f"use a name below {link.domain}: filters count links by their domain"
        return warning(TOPIC, f"{host} is another domain than {link.domain}", fix)
    return ok(TOPIC, f"{link.url} answers over HTTPS, one click and a page")


def _looked_at(link: Link) -> Finding | None:
    """Follow a link of ours; None when the page is there."""
    url = f"{link.url.rstrip('/')}/{link.world.token}"
    answer = link.world.egress.send(Outgoing(method="GET", url=url), seconds_max=LOOK_SECONDS)
    if not isinstance(answer, Answered):
        return problem(TOPIC, answer.reason, _repair(answer.reason))
    if answer.status == HTTPStatus.OK and _FORM in answer.body:
        return None
    found = f"{link.url} answers {answer.status}, and not with our page"
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        fix = "name where it leads: nobody follows a POST elsewhere (RFC 8058, 3.1)"
        return problem(TOPIC, found, fix)
    if answer.status == HTTPStatus.MISDIRECTED_REQUEST:
        host = urlsplit(url).hostname
        return problem(TOPIC, found, f"start `bailiwick serve` with --host-name {host}")
    fix = "have the proxy pass /u to `bailiwick serve` of this workspace, and name it so"
    return problem(TOPIC, found, fix)


def _repair(reason: str) -> str:
    if "self-signed" in reason or "unable to get" in reason:
        return "use a certificate of a public authority, with the chain that leads to it"
    if "mismatch" in reason or "not valid for" in reason:
        return "have the certificate made for this name, or name the host that it is for"
    if "expired" in reason or "not yet valid" in reason:
        return "renew the certificate, and see that it is renewed in time"
    return "open port 443 to `bailiwick serve`, behind a proxy with a certificate"
