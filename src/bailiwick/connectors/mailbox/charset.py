"""Decoding bytes by the charset they claim, from a closed list of codecs.

Python's registry also holds codecs that are no charsets (`idna`, `unicode_escape`, `zlib`, `utf-7`
and others); a name outside our list is never looked up.
"""

from typing import Final

_CODECS: Final[dict[str, str]] = {
    "utf-8": "utf-8", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8",
    "us-ascii": "utf-8", "ascii": "utf-8", "ansi-x3.4-1968": "utf-8", "646": "utf-8",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso8859-1": "cp1252",
    "windows-1252": "cp1252", "cp1252": "cp1252", "ansi": "cp1252",
    "iso-8859-8-i": "iso8859_8", "iso-8859-9": "cp1254", "iso-8859-11": "cp874",
    "tis-620": "cp874", "windows-874": "cp874",
    "koi8-r": "koi8_r", "koi8-u": "koi8_u", "macintosh": "mac_roman", "x-mac-roman": "mac_roman",
    "ibm437": "cp437", "cp437": "cp437", "ibm850": "cp850", "cp850": "cp850", "cp866": "cp866",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "cp936": "gb18030",
    "hz-gb-2312": "hz", "big5": "cp950", "big5-hkscs": "big5hkscs", "cp950": "cp950",
    "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "cp932": "cp932",
    "windows-31j": "cp932", "euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp_2",
    "iso-2022-jp-1": "iso2022_jp_1", "iso-2022-jp-2": "iso2022_jp_2",
    "euc-kr": "cp949", "ks-c-5601-1987": "cp949", "cp949": "cp949", "iso-2022-kr": "iso2022_kr",
    "utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "utf-32": "utf-32",
    **{f"iso-8859-{n}": f"iso8859_{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"windows-125{n}": f"cp125{n}" for n in (0, 1, 3, 4, 5, 6, 7, 8)},
    **{f"cp125{n}": f"cp125{n}" for n in (0, 1, 3, 4, 5, 6, 7, 8)},
}  # fmt: skip
"""Charset labels of mail to Python codecs; supersets where senders mislabel (WHATWG Encoding)."""

UNKNOWN: Final = "charset_unknown"
WRONG: Final = "charset_wrong"


def decoded(content: bytes, charset: str) -> tuple[str, str]:
    """Return the text and a defect name, empty when the bytes are what they claim to be.

    Bytes that do not fit are read as UTF-8, else as Windows-1252 with replacements.
    """
    label = charset.strip().strip("'\"").lower().replace("_", "-")
    codec = _CODECS.get(label, "") if label else "utf-8"
    text = _strict(content, codec) if codec else None
    if text is not None:
        return text, ""
    fallback = _strict(content, "utf-8")
    if fallback is None:
        fallback = content.decode("cp1252", "replace")
    return fallback, WRONG if codec else UNKNOWN


def _strict(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec).removeprefix("\ufeff")
    except UnicodeError:
        return None
