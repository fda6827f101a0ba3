"""Looks at what the world sees of our mail: who may send for the domain, who signed, who may leave.

The list is what large mailbox providers demand of whoever sends in bulk. It asks the DNS, looks at
the page behind the unsubscribe link and reads our own figures; it changes and sends nothing.
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bailiwick.domain.breaker import BOUNCES_PERMILLE, HALT, SENT_COUNT_MIN
from bailiwick.domain.crm import Workspace
from bailiwick.domain.extraction.company_domain import is_free_mail
from bailiwick.domain.fault import BailiwickFault, SettingsFault
from bailiwick.domain.mail_address import domain_of
from bailiwick.domain.mail_dns import (
    SPF_LOOKUPS_MAX,
    aligned,
    dmarc_record,
    parents,
    spf_records,
    tags,
)
from bailiwick.domain.public_address import is_public
from bailiwick.engine.mail.reports import tallies
from bailiwick.ports.dns import Dns, UnableToResolve
from bailiwick.settings import MailSettings
from bailiwick.wiring.checkup_link import Link, World, link_finding
from bailiwick.wiring.finding import Finding, ok, problem, warning
from bailiwick.wiring.warming import warm_up

if TYPE_CHECKING:
    from bailiwick.connectors.smtp.dkim import DkimKey
    from bailiwick.ports.unit import Unit

COMPLAINTS_PERMILLE_MAX: Final = 3  # capabilities 18.3: the providers' bar of 0.3 %
_LATER: Final = "ask again, or name another server as dns_server in [mail]"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sender:
    """What is looked at."""

    domain: str
    settings: MailSettings
    dns: Dns
    link: Link


def mail_findings(
    settings: MailSettings, workspace: Workspace, world: World, *, unit: "Unit", at: datetime
) -> Iterator[Finding]:
    """Yield what is found, one thing after the other; a silent name server is one of them."""
    domain = domain_of(workspace.mailbox)
    link = Link(url=settings.unsubscribe_url, domain=domain, world=world)
    sender = _Sender(domain=domain, settings=settings, dns=world.dns, link=link)
    if is_free_mail(sender.domain):
        fix = "send from a domain of your own: nobody signs another company's mail as yours"
        yield problem("domain", f"{sender.domain} is a public mail provider's", fix)
    else:
        yield ok("domain", sender.domain)
    for topic, look in (
        ("MX", _mx),
        ("SPF", _spf),
        ("DKIM", _dkim),
        ("DMARC", _dmarc),
        ("unsubscribe link", _link),
        ("PTR", _ptr),
    ):
        try:
            yield from look(sender)
        except UnableToResolve as fault:
            yield warning(topic, str(fault), _LATER)
    yield _warm_up(settings, unit, at=at)
    yield _postal(workspace)
    yield from _reputation(unit, at=at)


def _mx(sender: _Sender) -> Iterator[Finding]:
    found = sender.dns.exchanges(sender.domain)
    if not found or found == (".",):
        fix = f"publish an MX record for {sender.domain}: bounces and answers have to arrive"
        yield problem("MX", "the domain takes no mail", fix)
        return
    yield ok("MX", ", ".join(found))


def _spf(sender: _Sender) -> Iterator[Finding]:
    records = spf_records(sender.dns.texts(sender.domain))
    if len(records) != 1:
        found = "none" if not records else f"{len(records)} records, so none of them counts"
        fix = f'publish one TXT record for {sender.domain}: "v=spf1 include:… -all"'
        yield problem("SPF", found, fix)
        return
    lookups = _lookups(sender, sender.domain)
    if lookups > SPF_LOOKUPS_MAX:
        found = f"more than {SPF_LOOKUPS_MAX} look-ups, so receivers give up (RFC 7208, 4.6.4)"
        yield problem("SPF", found, "name fewer senders, or their addresses (ip4:, ip6:)")
    elif records[0].rest == "+":
        yield problem("SPF", "+all: the whole world may send", "end it with -all or ~all")
    elif records[0].rest not in {"-", "~"} and not records[0].goes_on:
        yield warning("SPF", "says nothing of other senders", "end it with -all or ~all")
    else:
        yield ok("SPF", f"one record, {lookups} look-ups of {SPF_LOOKUPS_MAX}")


def _lookups(sender: _Sender, domain: str) -> int:
    """Count look-ups as a receiver does, through every record that belongs to the first."""
    waiting, count = [domain], 0
    while waiting and count <= SPF_LOOKUPS_MAX:
        for record in spf_records(sender.dns.texts(waiting.pop())):
            count += record.lookups_count
            waiting.extend(record.goes_on)
    return count


def _dkim(sender: _Sender) -> Iterator[Finding]:
    from bailiwick.wiring.post import dkim_key

    try:
        key = dkim_key(sender.settings)
    except SettingsFault as fault:
        yield problem("DKIM", str(fault), "correct dkim_… in [mail]")
        return
    if key is None:
        fix = "set dkim_selector, dkim_domain and dkim_key_file in [mail], or have the server sign"
        yield warning("DKIM", "mail is not signed here; providers refuse bulk without", fix)
        return
    name = f"{key.selector}._domainkey.{key.domain}"
    records = [tags(text) for text in sender.dns.texts(name)]
    yield _published(name, records, key)


def _published(name: str, records: list[Mapping[str, str]], key: "DkimKey") -> Finding:
    found = next((record for record in records if "p" in record), None)
    if found is None:
        record = f'"v=DKIM1; k={_kind(key)}; p={_public(key)}"'
        return problem("DKIM", f"no key at {name}", f"publish there as TXT: {record}")
    if not found["p"]:
        return problem("DKIM", f"the key at {name} was revoked (an empty p)", "publish another key")
    if found["p"] not in _forms(key):
        fix = "publish the public half of dkim_key_file, or sign with the key that is published"
        return problem("DKIM", f"the key at {name} is another one: signatures fail", fix)
    if "y" in found.get("t", "").split(":"):
        return warning("DKIM", "published as a test (t=y)", f"take t=y out of {name}")
    return ok("DKIM", f"{name} has our {_kind(key)} key")


def _dmarc(sender: _Sender) -> Iterator[Finding]:
    for domain in parents(sender.domain):
        found = dmarc_record(sender.dns.texts(f"_dmarc.{domain}"))
        if found is not None:
            yield _policy(found, domain)
            yield _alignment(sender, found)
            return
    record = f'_dmarc.{sender.domain}: "v=DMARC1; p=none; rua=mailto:dmarc@{sender.domain}"'
    yield problem("DMARC", "no record", f"publish as TXT at {record}; later p=quarantine")


def _policy(found: Mapping[str, str], domain: str) -> Finding:
    policy = found.get("p", "").lower()
    if policy not in {"none", "quarantine", "reject"}:
        return problem("DMARC", f"p={policy or '?'} is no policy", "set p=none, later p=quarantine")
    if policy == "none":
        fix = f"read the reports for some weeks, then set p=quarantine at _dmarc.{domain}"
        return warning("DMARC", "p=none: forged mail is only reported", fix)
    if "rua" not in found:
        return warning("DMARC", f"p={policy}, without reports", "add rua=mailto:… to the record")
    return ok("DMARC", f"p={policy} at _dmarc.{domain}")


def _alignment(sender: _Sender, found: Mapping[str, str]) -> Finding:
    signed_for = sender.settings.dkim_domain.lower()
    if not signed_for:
        fix = f"sign for {sender.domain} (dkim_domain in [mail])"
        return warning("alignment", "rests on SPF alone, which forwarding breaks", fix)
    if not aligned(signed_for, sender.domain, strict=found.get("adkim", "r").lower() == "s"):
        fix = f"set dkim_domain to {sender.domain}"
        return problem("alignment", f"signed for {signed_for}, sent from {sender.domain}", fix)
    return ok("alignment", f"signed for {signed_for}, sent from {sender.domain}")


def _link(sender: _Sender) -> Iterator[Finding]:
    yield link_finding(sender.link)


def _ptr(sender: _Sender) -> Iterator[Finding]:
    from bailiwick.connectors.smtp.endpoint import parse_smtp_url

    if not sender.settings.smtp_url:
        yield warning("PTR", "no mail server is set", "set BAILIWICK_SMTP_URL")
        return
    try:
        host = parse_smtp_url(sender.settings.smtp_url).host
    except BailiwickFault as fault:
        yield problem("PTR", str(fault), "correct BAILIWICK_SMTP_URL")
        return
    addresses = [a for a in sender.dns.addresses(host) if is_public(a)]
    if not addresses:
        yield ok("PTR", f"{host} has no public address; ask whoever runs what relays for it")
        return
    for address in addresses:
        names = sender.dns.names(address)
        confirmed = [name for name in names if address in sender.dns.addresses(name)]
        if confirmed:
            yield ok("PTR", f"{address} is {confirmed[0]}, and back")
        else:
            found = f"{address} is {', '.join(names) or 'nameless'}, and not back"
            fix = "have its PTR name a host whose address it is, if that is the server that sends"
            yield warning("PTR", found, fix)


def _warm_up(settings: MailSettings, unit: "Unit", *, at: datetime) -> Finding:
    try:
        grows = warm_up(settings)
    except SettingsFault as fault:
        return problem("warm-up", str(fault), "correct it in bailiwick.toml")
    if not grows.days:
        return ok("warm-up", f"off: {grows.last} campaign mails within 24 hours from the first day")
    began = unit.sends.first_at()
    day = (at.date() - began.date()).days if began is not None else 0
    now = f"{grows.on(at.date(), since=at.date() if began is None else began.date())} now"
    if day >= grows.days:
        return ok("warm-up", f"over: {now} within 24 hours")
    where = f"day {day + 1} of {grows.days}" if began is not None else "nothing was sent yet"
    return ok("warm-up", f"{where}: {now} within 24 hours, {grows.last} after {grows.days} days")


def _postal(workspace: Workspace) -> Finding:
    if workspace.postal_address:
        return ok("postal address", "stands in every marketing mail, with how to opt out")
    fix = "`bailiwick workspace set --postal-address …`"
    return problem("postal address", "none: CAN-SPAM and others ask for one", fix)


def _reputation(unit: "Unit", *, at: datetime) -> Iterator[Finding]:
    if HALT in unit.authority.halts():
        fix = f"find the cause, then `bailiwick halt lift {HALT} --reason …`"
        yield problem("breaker", "advertising is stopped: see `bailiwick halt list`", fix)
    day, week = tallies(unit, at=at)
    tally = day if day.sent_count >= SENT_COUNT_MIN else week
    hours = int(tally.window.total_seconds()) // 3_600
    for topic, count, bar in (
        ("complaints", tally.complaints_count, COMPLAINTS_PERMILLE_MAX),
        ("bounces", tally.bounces_count, BOUNCES_PERMILLE),
    ):
        said = f"{count} of {tally.sent_count} marketing mails in {hours} hours"
        if count * 1_000 >= max(1, tally.sent_count) * bar and count:
            fix = "write only to whoever asked for it, and take dead addresses out"
            yield warning(topic, f"{said}: providers' bar is {bar / 10:g} %", fix)
        else:
            yield ok(topic, said)


def _kind(key: "DkimKey") -> str:
    return "rsa" if key.algorithm.startswith("rsa") else "ed25519"


def _public(key: "DkimKey") -> str:
    return _forms(key)[0]


def _forms(key: "DkimKey") -> tuple[str, ...]:
    """Return the public key as a record may have it (RFC 6376, 3.6.1; RFC 8463, 4)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = key.private.public_key()
    if _kind(key) == "rsa":
        forms = [
            public.public_bytes(Encoding.DER, form)
            for form in (PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1)
        ]
    else:
        forms = [public.public_bytes(Encoding.Raw, PublicFormat.Raw)]
    return tuple(base64.b64encode(form).decode("ascii") for form in forms)
