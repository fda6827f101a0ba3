"""What a signature says: title, phone, company, website, profile; each as written, with its place.

The text is foreign. Values are facts to weigh, never instructions, and links stay text.
"""

import re
from collections.abc import Iterator
from typing import Final

from bailiwick.domain.extraction.company_domain import is_free_mail, registrable
from bailiwick.domain.extraction.extracted import Extracted
from bailiwick.domain.extraction.title import is_title

SIGNATURE_LENGTH_MAX: Final = 2_000  # ours: longer text is no signature
LINES_READ_MAX: Final = 25  # ours
LINE_LENGTH_MAX: Final = 120  # ours: a longer line is a sentence
WORDS_MAX: Final = 9  # ours: longest title or company line

TITLE_PERMILLE: Final = 750  # ours
COMPANY_FORM_PERMILLE: Final = 850  # ours: a legal form stands beside it
COMPANY_DOMAIN_PERMILLE: Final = 700  # ours: a line that spells the mail domain
PHONE_PERMILLE: Final = 850  # ours: labelled or international
PHONE_LOCAL_PERMILLE: Final = 650  # ours
LINK_PERMILLE: Final = 800  # ours
PHONE_DIGITS_MIN: Final = 7  # ours: shortest local number
COMPANY_LENGTH_MIN: Final = 4  # ours: shorter words stand in a domain by chance

_PHONE: Final = re.compile(
    r"(?<![\w+./-])(?:\+|00)?\(?\d{1,4}\)?(?:[ "
    r"./()-]{1,2}\d{1,8}){2,6}(?![\w/])|(?<![\w+])\+\d{7,15}(?!\w)"
)
_PHONE_LABEL: Final = re.compile(
    r"(?i)(?:phone|tel|telefon|telephone|téléphone|teléfono|"
    r"mobile|mobil|cell|handy|direct|office|m|t|p)\b[.:]{0,2}\s{0,3}$"
)
_FAX_LABEL: Final = re.compile(r"(?i)(?:fax|telefax|f)\b[.:]{0,2}\s{0,3}$")
_REGISTER: Final = re.compile(
    r"(?i)\b(?:hrb|hra|vat|ust|siret|siren|iban|bic|steuer|tax|"
    r"reg(?:ister)?|company no|cif|nif|kvk|btw|tva)\b"
)
_LEGAL_FORM: Final = re.compile(
    r"(?<!\w)(?:GmbH(?: & Co\.? KG)?|AG|UG|KG|OHG|SE|e\.?K\.?|"
    r"Ltd\.?|Limited|LLC|LLP|PLC|plc|Inc\.?|Corp\.?|Corporation|Co\.|S\.?A\.?S\.?|S\.?A\.?|"
    r"S\.?A\.?R\.?L\.?|S\.?L\.?U?\.?|S\.?r\.?l\.?|S\.?p\.?A\.?|B\.?V\.?|N\.?V\.?|A/S|ApS|AB|Oy|"
    r"AS|Sp\. z o\.o\.|株式会社|有限公司)(?!\w)"
)
_LINKEDIN: Final = re.compile(
    r"(?i)(?:https?://)?(?:[a-z]{2,3}\.)?linkedin\.com/(?:in|pub|company)/[\w%-]{1,100}"
)
_WEBSITE: Final = re.compile(
    r"(?i)(?<![\w@.-])(?:https?://|www\.)[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}(?:/[\w./-]{0,80})?"
)
_SPLIT: Final = re.compile(r"\s[|•·–—]\s|\s{3,}|\t")
_UNSAFE: Final = re.compile(r"[<>{}\[\]\\$`=]|://|@")

_COUNTRY_CODES: Final = {
    "US": ("1", ""), "CA": ("1", ""), "GB": ("44", "0"), "DE": ("49", "0"), "AT": ("43", "0"),
    "CH": ("41", "0"), "FR": ("33", "0"), "ES": ("34", ""), "IT": ("39", ""), "PT": ("351", ""),
    "NL": ("31", "0"), "BE": ("32", "0"), "LU": ("352", ""), "PL": ("48", ""), "SE": ("46", "0"),
    "DK": ("45", ""), "NO": ("47", ""), "FI": ("358", "0"), "IE": ("353", "0"), "CZ": ("420", ""),
    "JP": ("81", "0"), "CN": ("86", "0"), "IN": ("91", "0"), "AU": ("61", "0"), "NZ": ("64", "0"),
    "BR": ("55", "0"), "MX": ("52", ""), "TR": ("90", "0"), "IL": ("972", "0"), "ZA": ("27", "0"),
}  # fmt: skip
"""Country code and trunk prefix (ITU-T E.164, E.123 national practice)."""
_E164_DIGITS_MIN: Final = 8  # ours
_E164_DIGITS_MAX: Final = 15  # ITU-T E.164
_NANP_DIGITS: Final = 10


def read_signature(signature: str, *, address: str = "") -> tuple[Extracted, ...]:
    """Return the surest value of each field; `address` is that of the writer."""
    text = signature[:SIGNATURE_LENGTH_MAX]
    best: dict[str, Extracted] = {}
    for value in (*_phones(text), *_links(text, address), *_lines(text, address)):
        known = best.get(value.field)
        if known is None or value.confidence_permille > known.confidence_permille:
            best[value.field] = value
    return tuple(sorted(best.values(), key=lambda value: (value.start, value.field)))


def e164(phone: str, *, country: str) -> str:
    """Return a phone number in E.164 form, or empty when it cannot be told; ISO country hint."""
    plain = phone.replace("(0)", "").strip()
    digits = "".join(c for c in plain if c in "0123456789")
    if not plain.startswith("+"):
        digits = _international(digits, country.upper())
    if not _E164_DIGITS_MIN <= len(digits) <= _E164_DIGITS_MAX or digits.startswith("0"):
        return ""
    return "+" + digits


def _international(digits: str, country: str) -> str:
    if digits.startswith("00"):
        return digits[2:]
    code, trunk = _COUNTRY_CODES.get(country, ("", ""))
    if not code:
        return ""
    if code == "1":
        national = digits.removeprefix("1") if len(digits) > _NANP_DIGITS else digits
        return code + national if len(national) == _NANP_DIGITS else ""
    return code + (digits.removeprefix(trunk) if trunk else digits)


def _phones(text: str) -> Iterator[Extracted]:
    for match in _PHONE.finditer(text):
        line_start = text.rfind("\n", 0, match.start()) + 1
        before = text[line_start : match.start()]
        digits_count = sum(c.isdigit() for c in match.group())
        local = not PHONE_DIGITS_MIN <= digits_count <= _E164_DIGITS_MAX
        if local or _FAX_LABEL.search(before):
            continue
        if _REGISTER.search(before):
            continue
        sure = match.group().startswith("+") or _PHONE_LABEL.search(before) is not None
        yield _at(
            "phone", match.group(), PHONE_PERMILLE if sure else PHONE_LOCAL_PERMILLE, match.start()
        )


def _links(text: str, address: str) -> Iterator[Extracted]:
    profile = _LINKEDIN.search(text)
    if profile is not None:
        yield _at("linkedin", profile.group(), LINK_PERMILLE, profile.start())
    own = registrable(address.rpartition("@")[2])
    for match in _WEBSITE.finditer(text):
        if "linkedin.com" in match.group().casefold():
            continue
        link = match.group().rstrip(".-/")
        host = link.rpartition("//")[2].split("/")[0]
        matches = bool(own) and registrable(host) == own
        permille = LINK_PERMILLE if matches else LINK_PERMILLE * 3 // 4
        yield _at("website", link, permille, match.start())


def _lines(text: str, address: str) -> Iterator[Extracted]:
    place = 0
    for line in text.split("\n")[:LINES_READ_MAX]:
        for part, start in _parts(line, place):
            yield from _titles_and_companies(part, start, address)
        place += len(line) + 1


def _parts(line: str, place: int) -> Iterator[tuple[str, int]]:
    """Split a line at bars and dots between its items, keeping where each one starts."""
    begin = 0
    for match in (*_SPLIT.finditer(line), None):
        end = match.start() if match is not None else len(line)
        part = line[begin:end]
        stripped = part.strip(" ,;|\r")
        if stripped and len(stripped) <= LINE_LENGTH_MAX:
            yield stripped, place + begin + part.index(stripped)
        begin = match.end() if match is not None else end


def _titles_and_companies(part: str, start: int, address: str) -> Iterator[Extracted]:
    sentence = len(part.split()) > WORDS_MAX or part.endswith((".", "?", "!"))
    if _UNSAFE.search(part) or (sentence and not _LEGAL_FORM.search(part)):
        return
    if _LEGAL_FORM.search(part) and not _REGISTER.search(part):
        yield _at("company", part, COMPANY_FORM_PERMILLE, start)
        return
    if any(c.isdigit() for c in part):
        return
    if is_title(part):
        yield from _title(part, start)
    elif _spells_domain(part, address):
        yield _at("company", part, COMPANY_DOMAIN_PERMILLE, start)


def _title(part: str, start: int) -> Iterator[Extracted]:
    """Find the title among the pieces of a line such as `Dana Smith, CFO`."""
    pieces = part.split(", ")
    place = 0
    for piece in pieces:
        if is_title(piece):
            yield _at("title", piece, TITLE_PERMILLE, start + place)
            return
        place += len(piece) + 2
    yield _at("title", part, TITLE_PERMILLE, start)


def _spells_domain(part: str, address: str) -> bool:
    domain = address.rpartition("@")[2]
    if not domain or is_free_mail(domain):
        return False
    label = registrable(domain).split(".")[0].replace("-", "")
    plain = "".join(c for c in part.casefold() if c.isalnum())
    return bool(label) and (plain == label or (len(plain) >= COMPANY_LENGTH_MIN and plain in label))


def _at(field: str, value: str, permille: int, start: int) -> Extracted:
    return Extracted(
        field=field, value=value, confidence_permille=permille, method="signature",
        start=start, end=start + len(value),
    )  # fmt: skip
