"""The HTML form of a mail: the same words, made from the approved text and from nothing else.

Every character of the text is escaped; there is no image, no link and no style sheet, so nothing
can be followed, loaded or counted. The same text always gives the same bytes, so that an approval
of the text is one of the HTML too.
"""

import html
from typing import Final

_BOUNDARY_CHARS: Final = 32  # ours: of the effect key, in hexadecimal
_PAGE: Final = (
    '<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8"></head>\n'
    "<body>\n{body}\n</body>\n</html>\n"
)


def html_of(text: str, *, language: str) -> str:
    """Return a text as a page: each paragraph one, each line break one."""
    paragraphs = [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    shown = (html.escape(part.strip("\n")).replace("\n", "<br>\n") for part in paragraphs)
    body = "\n".join(f"<p>{part}</p>" for part in shown)
    return _PAGE.format(language=html.escape(language), body=body)


def boundary(effect_key: str) -> str:
    """Return what parts the two forms: `=_` stands in no quoted-printable and no base 64 body."""
    return f"=_{effect_key[:_BOUNDARY_CHARS]}"
