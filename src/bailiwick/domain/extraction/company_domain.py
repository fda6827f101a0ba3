"""What a mail domain says about a company: nothing for free-mail hosts, a name guess otherwise."""

from typing import Final

from bailiwick.domain.extraction.extracted import Extracted

DOMAIN_LENGTH_MAX: Final = 253  # RFC 1035, 2.3.4
DOMAIN_PERMILLE: Final = 900  # ours: the writer uses it
NAME_GUESS_PERMILLE: Final = 450  # ours: a guess, below the 0.60 gate until confirmed

FREE_MAIL: Final = frozenset(
    (
        "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr",
          "yahoo.es",
        "yahoo.it", "ymail.com", "rocketmail.com", "hotmail.com", "hotmail.co.uk", "hotmail.fr",
        "hotmail.de", "hotmail.es", "hotmail.it", "outlook.com", "outlook.de", "outlook.fr",
          "live.com",
        "live.co.uk", "live.fr", "live.nl", "msn.com", "icloud.com", "me.com", "mac.com", "aol.com",
        "gmx.de", "gmx.net", "gmx.com", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de",
        "arcor.de", "posteo.de", "mailbox.org", "proton.me", "protonmail.com", "pm.me",
          "tutanota.com",
        "tuta.io", "fastmail.com", "zoho.com", "mail.com", "mail.ru", "yandex.ru", "yandex.com",
        "rambler.ru", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "libero.it",
        "virgilio.it", "tiscali.it", "terra.es", "telefonica.net", "uol.com.br", "bol.com.br",
        "terra.com.br", "wp.pl", "o2.pl", "onet.pl", "interia.pl", "seznam.cz", "centrum.cz",
          "ziggo.nl",
        "kpnmail.nl", "planet.nl", "telenet.be", "skynet.be", "bluewin.ch", "qq.com", "163.com",
        "126.com", "sina.com", "naver.com", "daum.net", "hanmail.net", "comcast.net", "verizon.net",
        "att.net", "sbcglobal.net", "btinternet.com", "sky.com", "virginmedia.com", "bigpond.com",
        "hey.com", "duck.com",
    )
)  # fmt: skip
_SECOND_LEVELS: Final = frozenset(
    ("co", "com", "org", "net", "gov", "edu", "ac", "or", "ne", "gob")
)
_HOSTS: Final = frozenset(("mail", "email", "smtp", "mx", "www", "news", "newsletter", "info"))


def registrable(domain: str) -> str:
    """Return the part of a domain that a company registers, or empty when it is none."""
    plain = domain.strip().strip(".").casefold()
    labels = plain.split(".")
    two = 2
    if len(plain) > DOMAIN_LENGTH_MAX or len(labels) < two or not all(map(_is_label, labels)):
        return ""
    if labels[-1].isdigit():
        return ""
    country = len(labels[-1]) == two and labels[-2] in _SECOND_LEVELS
    kept = two + 1 if country else two
    return ".".join(labels[-kept:]) if len(labels) >= kept else ""


def is_free_mail(domain: str) -> bool:
    """Whether anybody can have an address there, so that it names no company."""
    plain = domain.strip().strip(".").casefold()
    return plain in FREE_MAIL or registrable(plain) in FREE_MAIL


def company_facts(address: str) -> tuple[Extracted, ...]:
    """Return the domain and a guessed company name; places are in the address."""
    domain = address.rpartition("@")[2]
    company = registrable(domain)
    if "@" not in address or not company or is_free_mail(domain):
        return ()
    start = address.casefold().rfind(company)
    if start < 0:
        return ()
    label = company.split(".")[0]
    found = [_extracted("domain", company, DOMAIN_PERMILLE, start)]
    if label not in _HOSTS and not label.isdigit():
        found.append(_extracted("company_name_guess", label, NAME_GUESS_PERMILLE, start))
    return tuple(found)


def _extracted(field: str, value: str, permille: int, start: int) -> Extracted:
    return Extracted(
        field=field, value=value, confidence_permille=permille, method="domain",
        start=start, end=start + len(value),
    )  # fmt: skip


def _is_label(label: str) -> bool:
    plain = label.replace("-", "")
    return bool(plain) and plain.isalnum() and not label.startswith("-") and not label.endswith("-")
