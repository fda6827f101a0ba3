"""What must not leave: marked values, foreign links, and things shaped like keys.

A value is looked for as it is and in the disguises that a text can carry it in: another case,
apart by spaces or marks, reversed, base64, hexadecimal, URL-encoded.
"""

import base64
import re
import unicodedata
from typing import Final
from urllib.parse import quote, unquote

VALUE_LENGTH_MIN: Final = 4  # ours: shorter values are found by chance in ordinary text
TEXT_LENGTH_MAX: Final = 200_000  # ours: longer than any mail we write; beyond it nothing leaves
_UNQUOTES_MAX: Final = 3  # ours: encodings of an encoding
_BASE64_RUNS_MAX: Final = 64  # ours

_URL: Final = re.compile(
    r"(?i)(?:https?|ftp)://([^\s/<>\"'()\[\]{}?#\\]{1,255})[^\s<>\"'()]{0,500}"
)
_BARE: Final = re.compile(r"(?i)(?<![\w@.-])(?:www\.)[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_OTHER_SCHEMES: Final = re.compile(r"(?i)\b(?:javascript|data|vbscript|file):\S{1,200}")
_MARKDOWN: Final = re.compile(r"!?\[[^\[\]\n]{0,200}\]\(([^()\s]{1,500})\)")
_RUN: Final = re.compile(r"[A-Za-z0-9+/_-]{8,4000}={0,2}")
_SECRET_SHAPES: Final = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"
    r"|\bAKIA[0-9A-Z]{16}\b|\bASIA[0-9A-Z]{16}\b"
    r"|\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{20,200}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,255}\b|\bgithub_pat_\w{20,255}\b|\bglpat-[\w-]{18,64}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,250}\b|\bAIza[0-9A-Za-z_-]{35}\b|"
    r"\bSG\.[\w-]{16,64}\.[\w-]{16,64}"
    r"|\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}"
    r"|(?i:\b(?:api[_ -]?key|secret|password|passwd|access[_ -]?token|"
    r"bearer)\b['\"]?\s{0,3}[:=]\s{0,3}['\"]?(?=\S{0,60}\d)[\w+/.=-]{12,200})"
)


def restricted(text: str, restricted_values: frozenset[str]) -> bool:
    """Whether a text holds a marked value, plain or in disguise, or something shaped like a key."""
    if len(text) > TEXT_LENGTH_MAX or _SECRET_SHAPES.search(text):
        return True
    values = [v for v in restricted_values if len(_bare(v)) >= VALUE_LENGTH_MIN]
    if not values:
        return False
    forms = _forms(text)
    bare_forms = tuple(_bare(form) for form in forms)
    decoded = tuple(_bare(inner) for inner in _decoded_runs(text))
    for value in values:
        bare = _bare(value)
        needles = (bare, bare[::-1], _bare(value[::-1]))
        if any(n in hay for n in needles for hay in (*bare_forms, *decoded)):
            return True
        if _encoded_in(value, forms, bare_forms):
            return True
    return False


def foreign_links(text: str, own_domains: frozenset[str]) -> tuple[str, ...]:
    """Return every link whose host is neither an own domain nor below one."""
    own = frozenset(domain.casefold().lstrip(".") for domain in own_domains if domain)
    found = [m.group() for m in _URL.finditer(text) if not _is_own(m.group(1), own)]
    found += [m.group() for m in _BARE.finditer(text) if not _is_own(m.group(), own)]
    for match in _MARKDOWN.finditer(text):
        target = match.group(1)
        if target.startswith("//") and not _is_own(target[2:].split("/")[0], own):
            found.append(target)
    found.extend(match.group() for match in _OTHER_SCHEMES.finditer(text))
    return tuple(dict.fromkeys(found))


def _is_own(authority: str, own: frozenset[str]) -> bool:
    """Compare the host alone; user names before `@` are a disguise and never own."""
    if "@" in authority:
        return False
    host = authority.rpartition(":")[0] if authority.rpartition(":")[2].isdigit() else authority
    host = host.casefold().rstrip(".").removeprefix("www.")
    return any(host == domain or host.endswith("." + domain) for domain in own)


def _bare(text: str) -> str:
    """Return letters and digits alone, folded: case, marks and spaces hide nothing."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def _forms(text: str) -> tuple[str, ...]:
    forms = [text]
    for _ in range(_UNQUOTES_MAX):
        following = unquote(forms[-1])
        if following == forms[-1]:
            break
        forms.append(following)
    return tuple(forms)


def _encoded_in(value: str, forms: tuple[str, ...], bare_forms: tuple[str, ...]) -> bool:
    """Look for hexadecimal, URL and base64 forms, at each of the three base64 alignments."""
    variants = dict.fromkeys((value, value.casefold(), value.upper(), value[::-1]))
    spaceless = tuple("".join(form.split()) for form in forms)
    for variant in variants:
        raw = variant.encode("utf-8", "surrogatepass")
        if any(raw.hex() in hay for hay in bare_forms):
            return True
        if any(quote(variant, safe="") in hay for hay in spaceless):
            return True
        if any(core in hay for core in _base64_cores(raw) for hay in spaceless):
            return True
    return False


def _base64_cores(raw: bytes) -> tuple[str, ...]:
    """Return the part of the base64 form that does not depend on the bytes around the value."""
    cores: list[str] = []
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        start = (0, 2, 3)[shift]
        end = len(coded) - 1 if (shift + len(raw)) % 3 else len(coded)
        core = coded[start:end]
        if len(core) >= VALUE_LENGTH_MIN + 1:
            cores.extend((core, core.replace("+", "-").replace("/", "_")))
    return tuple(cores)


def _decoded_runs(text: str) -> tuple[str, ...]:
    """Decode the base64 runs of a text, so that any case of a value inside them is found."""
    decoded: list[str] = []
    for run in _RUN.findall(text)[:_BASE64_RUNS_MAX]:
        body = run.rstrip("=").replace("-", "+").replace("_", "/")
        body = body[: len(body) - 1] if len(body) % 4 == 1 else body
        content = base64.b64decode(body + "=" * (-len(body) % 4))
        decoded.append(content.decode("utf-8", "ignore"))
    return tuple(decoded)
