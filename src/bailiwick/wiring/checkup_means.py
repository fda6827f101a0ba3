"""Looks at what a workspace works with: the law, mail servers, keys and the model."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from stat import S_IMODE
from typing import Final

from bailiwick.domain.fault import BailiwickFault, SettingsFault
from bailiwick.settings import Settings
from bailiwick.wiring.finding import Finding, ok, problem, warning

PRICE_DAYS_MAX: Final = 90  # ours: vendors changed prices about four times in a year
DEPRECATED: Final = frozenset({"deepseek-chat", "deepseek-reasoner"})
"""Gone since 2026-07-24 (models, section 2.8)."""
_OTHERS: Final = 0o077  # every permission of anybody but the owner


def rulebook(settings: Settings) -> Finding:
    """Load the law in force."""
    from bailiwick.policy.rulebook import load, read_texts

    folder = settings.policy.rules_folder
    try:
        book = load().tightened(read_texts(Path(folder))) if folder else load()
    except SettingsFault as fault:
        return problem("rulebook", str(fault), "repair the rule; `bailiwick policy test` tries it")
    return ok("rulebook", f"{len(book.rules)} rules, {book.hash}")


def smtp(settings: Settings, *, connect: bool) -> Finding:
    """Read the address of the mail server and, when wanted, greet it."""
    from bailiwick.connectors.smtp.endpoint import Security, parse_smtp_url
    from bailiwick.connectors.smtp.greeting import greet

    if not settings.mail.smtp_url:
        return warning(
            "SMTP",
            "no server: everything works but sending",
            "set BAILIWICK_SMTP_URL to smtp://user:pass@host:port",
        )
    try:
        endpoint = parse_smtp_url(settings.mail.smtp_url)
        said = greet(endpoint, hello_name="localhost") if connect else ""
    except BailiwickFault as fault:
        return problem("SMTP", str(fault), "correct BAILIWICK_SMTP_URL, or wait for the server")
    place = f"{endpoint.host}:{endpoint.port}"
    if said == "no TLS" and not endpoint.is_loopback:
        return warning("SMTP", f"{place} offers no TLS", "use smtps:// or a server with STARTTLS")
    if not connect:
        secured = "TLS" if endpoint.security is Security.IMPLICIT else endpoint.security.value
        return ok("SMTP", f"{place}, STARTTLS {secured}; --connect greets it")
    return ok("SMTP", f"{place} answered, {said}")


def imap(settings: Settings, *, connect: bool) -> Finding:
    """Read the address of the mailbox and, when wanted, sign in."""
    from bailiwick.connectors.mailbox.imap_account import imap_account
    from bailiwick.wiring.post import mailbox

    if not settings.mail.imap_url:
        return ok("IMAP", "no mailbox; `bailiwick mail import` reads files")
    try:
        label = imap_account(settings.mail.imap_url).label
        if connect:
            opened = mailbox(settings.mail)
            try:
                folders = len(opened.folders())
            finally:
                opened.close()
            return ok("IMAP", f"{label}: signed in, {folders} folders to read")
    except BailiwickFault as fault:
        return problem("IMAP", str(fault), "correct BAILIWICK_IMAP_URL, or wait for the server")
    return ok("IMAP", f"{label}; --connect signs in")


def keys(settings: Settings) -> Iterator[Finding]:
    """Check that keys are there and nobody else's to read."""
    seal = Path(settings.audit.seal_key_file)
    if seal.exists():
        yield _secret("seal key", seal)
    else:
        yield ok("seal key", f"none yet; the first seal makes {seal}")
    if settings.mail.dkim_key_file:
        dkim = Path(settings.mail.dkim_key_file)
        if dkim.exists():
            yield _secret("DKIM key", dkim)
        else:
            yield problem("DKIM key", f"there is no {dkim}", "correct dkim_key_file in [mail]")


def model(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Name what answers questions, and whether its price is known."""
    from bailiwick.models.prices import published_prices

    chosen = settings.model
    if not chosen.base_url:
        yield ok("model", "rules: deterministic, no endpoint is asked")
        return
    names = sorted({name for name in (chosen.quick, chosen.deep) if name})
    if not names:
        yield problem("model", "an endpoint, but no model is named", "set BAILIWICK_MODEL_DEEP")
        return
    if not chosen.base_url.startswith(("https://", "http://")):
        fix = "set BAILIWICK_MODEL_BASE_URL to https://host/v1"
        yield problem("model", f"{chosen.base_url!r} is no web address", fix)
        return
    yield ok("model", f"{', '.join(names)} at {chosen.base_url}")
    for name in sorted(DEPRECATED.intersection(names)):
        fix = "name a model that is served today, such as deepseek-v4-pro"
        yield problem("model name", f"{name} is gone since 2026-07-24", fix)
    prices = published_prices()
    for name in names:
        yield _price(name, prices.read_on(name), now)


def _price(name: str, read_on: date | None, now: datetime) -> Finding:
    if read_on is None:
        fix = "nothing breaks; budgets run out sooner than they would"
        return warning("price", f"no row names {name}: the dearest row counts", fix)
    days = (now.date() - read_on).days
    if days <= PRICE_DAYS_MAX:
        return ok("price", f"{name}: read {days} days ago")
    fix = "compare models/prices.json with the vendor's page, or update bailiwick"
    return warning("price", f"{name}: read {days} days ago", fix)


def _secret(topic: str, path: Path) -> Finding:
    mode = S_IMODE(path.stat().st_mode)
    if mode & _OTHERS:
        found = f"{path} may be read by others ({mode:04o})"
        return problem(topic, found, f"chmod 600 {path}, and replace the key if others are here")
    return ok(topic, f"{path}, for its owner only")
