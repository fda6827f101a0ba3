"""Looks at what a workspace works with: the law, mail servers, keys and the model."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from stat import S_IMODE
from typing import Final

from bailiwick.domain.fault import BailiwickFault, SettingsFault
from bailiwick.settings import Settings
from bailiwick.wiring.finding import Finding, ok, problem, warning

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
    if said == "no TLS" and not endpoint.loopback:
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
    """Name what answers questions, and what is doubtful about it."""
    from bailiwick.models.endpoint import endpoint_doubts
    from bailiwick.wiring.intelligence import endpoint_settings

    if not settings.model.base_url:
        yield ok("model", "rules: deterministic, no endpoint is asked")
        return
    try:
        endpoint = endpoint_settings(settings.model)
    except SettingsFault as fault:
        yield problem("model", str(fault), "correct BAILIWICK_MODEL_… or [model]")
        return
    names = ", ".join(sorted({endpoint.quick, endpoint.deep}))
    yield ok("model", f"{names} at {endpoint.name}")
    for doubt in endpoint_doubts(endpoint, today=now.date()):
        tell = problem if doubt.fails else warning
        yield tell("model name" if doubt.fails else "price", doubt.found, doubt.fix)


def _secret(topic: str, path: Path) -> Finding:
    mode = S_IMODE(path.stat().st_mode)
    if mode & _OTHERS:
        found = f"{path} may be read by others ({mode:04o})"
        return problem(topic, found, f"chmod 600 {path}, and replace the key if others are here")
    return ok(topic, f"{path}, for its owner only")
