"""Chooses the text of a message among its parts, and says when the parts tell different stories."""

import re
from dataclasses import dataclass, field
from typing import Final

from bailiwick.connectors.mailbox.charset import decoded
from bailiwick.connectors.mailbox.html_text import html_text
from bailiwick.connectors.mailbox.limits import HTML_CHARS_MAX, TEXT_CHARS_MAX
from bailiwick.connectors.mailbox.mime import Part, Walk
from bailiwick.connectors.mailbox.visible import without_hidden

MISMATCH: Final = "alternatives_differ"
_WORD: Final = re.compile(r"[^\W\d_]{3,40}")
_WORDS_COUNT_MIN: Final = 5  # ours: fewer words are no story of their own
_STUB_RATIO: Final = 4  # ours: plain text with a quarter of the words is a stub for the HTML
_COMPARED_CHARS_MAX: Final = 50_000  # ours: what is compared of two alternatives


@dataclass(slots=True)
class BodyText:
    """Walks the parts and gathers the visible text."""

    walk: Walk
    root: Part
    used: list[Part] = field(default_factory=list[Part])
    """The leaves whose text was taken or stands in another form; they are no attachments."""

    def read(self) -> str:
        """Return the text of the message, hidden characters taken out."""
        text, hidden_count = without_hidden(self._of(self.root))
        if hidden_count:
            self.walk.defects.add(f"hidden_characters:{hidden_count}")
        if len(text) > TEXT_CHARS_MAX:
            self.walk.defects.add("text_cut")
            text = text[:TEXT_CHARS_MAX]
        return text.strip("\n")

    def _of(self, part: Part) -> str:
        if not part.parts:
            return self._leaf(part)
        if part.content_type == "multipart/alternative":
            return self._alternative(part)
        texts: list[str] = []
        inner = part.parts[:1] if part.content_type == "multipart/related" else part.parts
        for child in inner:
            text = self._of(child)
            if text.strip():
                texts.append(text.strip("\n"))
        return "\n\n".join(texts)

    def _leaf(self, part: Part) -> str:
        if part.content_type not in {"text/plain", "text/html"} or self._is_attached(part):
            return ""
        self.used.append(part)
        text, defect = decoded(self.walk.content(part), part.parameters.get("charset", ""))
        if defect:
            self.walk.defects.add(defect)
        if part.content_type == "text/plain":
            return text
        shown, hidden = html_text(text[:HTML_CHARS_MAX])
        if hidden:
            self.walk.defects.add("hidden_elements")
        return shown

    def _is_attached(self, part: Part) -> bool:
        """Tell whether a leaf is a file of its own; a message that is one text is not, if named."""
        named = bool(part.file_name) and part is not self.root
        return part.disposition == "attachment" or named

    def _alternative(self, part: Part) -> str:
        """Prefer plain text; take the HTML when the plain text is only a stub for it."""
        plain = html = ""
        for child in part.parts:
            text = self._of(child)
            if child.content_type == "text/plain":
                plain = plain or text
            else:
                html = html or text
        if not plain.strip() or not html.strip():
            return plain if plain.strip() else html
        plain_words, html_words = _words(plain), _words(html)
        strange = html_words - plain_words
        if len(strange) >= _WORDS_COUNT_MIN and 2 * len(strange) > len(html_words):
            self.walk.defects.add(MISMATCH)
            return html if len(plain_words) * _STUB_RATIO < len(html_words) else plain
        return plain


def _words(text: str) -> set[str]:
    return {m.group().casefold() for m in _WORD.finditer(text[:_COMPARED_CHARS_MAX])}
