"""HTML to the text a person sees; scripts, styles and hidden elements are left out.

A scanner of our own: `html.parser` of Python 3.11 raises AssertionError on malformed declarations
and takes quadratic time on unclosed ones (CVE-2025-6069). Addresses of links stay, as inert text.
"""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Final

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)>")
_ATTRIBUTE: Final = re.compile(
    r"([a-zA-Z][a-zA-Z-]{0,40})(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?"
)
_HIDING_STYLE: Final = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|font-size:0(?![.\d])|opacity:0(?![.\d])"
    r"|max-height:0(?![.\d])|mso-hide:all|text-indent:-\d{3}"
)
_RAW: Final = frozenset({"script", "style", "title", "textarea", "xmp", "noembed", "iframe"})
_DROPPED: Final = frozenset({"head", "template", "svg", "math", "object", "select", "noscript"})
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_BLOCK: Final = frozenset(
    {"p", "div", "table", "tr", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5",
     "h6", "blockquote", "pre", "section", "article", "header", "footer", "center", "hr", "form",
     "address", "figure", "main", "nav", "aside", "tbody", "thead", "body", "html"}
)  # fmt: skip
_PARAGRAPH: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table"})
_LINK_SCHEMES: Final = ("http://", "https://", "mailto:")
QUOTE_DEPTH_MAX: Final = 20  # ours: quotes nested deeper keep twenty marks
LINK_CHARS_MAX: Final = 500  # ours: longer addresses are cut in the text


@dataclass(slots=True)
class _Page:
    """What has been read: lines of text, and what the scanner is inside of."""

    lines: list[str] = field(default_factory=list[str])
    line: list[str] = field(default_factory=list[str])
    quote_depth: int = 0
    hidden_tag: str = ""
    hidden_depth: int = 0
    hidden_found: bool = False
    pre_depth: int = 0
    link: str = ""
    link_place: int = 0

    def text(self, content: str) -> None:
        """Add visible characters."""
        if self.hidden_tag or not content:
            return
        content = unescape(content).replace("\xa0", " ")
        if self.pre_depth:
            first, *rest = content.split("\n")
            self.line.append(first)
            for line in rest:
                self.end_line()
                self.line.append(line)
            return
        self.line.append(re.sub(r"[ \t\r\n\f]+", " ", content))

    def end_line(self, *, paragraph: bool = False) -> None:
        """Close the current line; a paragraph leaves one blank line."""
        content = "".join(self.line)
        self.line.clear()
        self.link_place = 0
        if not self.pre_depth:
            content = re.sub(r"  +", " ", content).strip(" ")
        mark = "> " * min(self.quote_depth, QUOTE_DEPTH_MAX)
        if content:
            self.lines.append(mark + content)
        elif self.lines and self.lines[-1].strip("> "):
            self.lines.append(mark.rstrip() if paragraph or not self.line else "")
        if paragraph and content:
            self.lines.append(mark.rstrip())

    def opened(self, tag: str, attributes: str) -> None:
        """Take a start tag."""
        if self.hidden_tag:
            if tag == self.hidden_tag and tag not in {"p", "li", "td", "tr"}:
                self.hidden_depth += 1
            return
        known = _attributes(attributes) if attributes else {}
        if tag not in _VOID and (tag in _DROPPED or _hides(known)):
            self.hidden_found |= tag not in _DROPPED
            self.hidden_tag, self.hidden_depth = tag, 1
            return
        self._start(tag, known)

    def _start(self, tag: str, known: dict[str, str]) -> None:
        if tag == "br":
            self._break()
        elif tag in _BLOCK:
            self._end_block(paragraph=False)
        elif tag in {"td", "th"} and self.line:
            self.line.append(" ")
        elif tag == "a":
            self.link = known.get("href", "").strip()
            self.link_place = len(self.line)
        elif tag == "img" and known.get("alt"):
            self.line.append(known["alt"])
        if tag == "blockquote":
            self.quote_depth += 1
        if tag == "pre":
            self.pre_depth += 1

    def _end_block(self, *, paragraph: bool) -> None:
        if "".join(self.line).strip():
            self.end_line(paragraph=paragraph)
        else:
            self.line.clear()

    def _break(self) -> None:
        content = "".join(self.line)
        if content.strip():
            self.end_line()
        else:
            self.line.clear()
            self.lines.append(("> " * min(self.quote_depth, QUOTE_DEPTH_MAX)).rstrip())

    def closed(self, tag: str) -> None:
        """Take an end tag."""
        if self.hidden_tag:
            if tag == self.hidden_tag:
                self.hidden_depth -= 1
                self.hidden_tag = tag if self.hidden_depth else ""
            return
        if tag == "a":
            self._end_link()
        elif tag in _BLOCK:
            self._end_block(paragraph=tag in _PARAGRAPH)
        if tag == "blockquote":
            self.quote_depth = max(0, self.quote_depth - 1)
            if self.lines and not self.lines[-1].strip("> "):
                self.lines[-1] = ("> " * self.quote_depth).rstrip()
        if tag == "pre":
            self.pre_depth = max(0, self.pre_depth - 1)

    def _end_link(self) -> None:
        link, self.link = self.link[:LINK_CHARS_MAX], ""
        if not link:
            return
        shown = "".join(self.line[self.link_place :]).strip()
        bare = link.removeprefix("mailto:")
        if link.lower().startswith(_LINK_SCHEMES) and bare.rstrip("/") not in shown + "/":
            self.line.append(f" <{bare}>")


def html_text(html: str) -> tuple[str, bool]:
    """Return the visible text, and whether elements were hidden by style; linear, never raises."""
    page = _Page()
    at = 0
    while True:  # `at` grows each turn
        start = html.find("<", at)
        if start < 0:
            page.text(html[at:])
            break
        page.text(html[at:start])
        at = _markup(html, start, page)
    page.end_line()
    return _tidied(page.lines), page.hidden_found


def _markup(html: str, start: int, page: _Page) -> int:
    """Take the markup at `start` and return where the text goes on."""
    if html.startswith("<!--", start):
        return _after(html, "-->", start + 2)
    if html.startswith(("<!", "<?"), start):
        return _after(html, ">", start)
    match = _TAG.match(html, start)
    if match is None:
        page.text("<")
        return start + 1
    tag = match[2].lower()
    if match[1]:
        page.closed(tag)
        return match.end()
    if tag in _RAW:
        return _after(html, ">", _raw_end(html, tag, match.end()))
    page.opened(tag, match[3])
    return match.end()


def _raw_end(html: str, tag: str, at: int) -> int:
    """Return where `</tag` stands; unclosed raw text swallows the rest, as in browsers."""
    match = re.compile(f"</{tag}", re.IGNORECASE).search(html, at)
    return match.start() if match else len(html)


def _after(html: str, token: str, at: int) -> int:
    found = html.find(token, at)
    return len(html) if found < 0 else found + len(token)


def _attributes(text: str) -> dict[str, str]:
    result: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = match[2] or ""
        if value[:1] in {'"', "'"}:
            value = value[1:-1]
        result.setdefault(match[1].lower(), unescape(value))
    return result


def _hides(attributes: dict[str, str]) -> bool:
    if "hidden" in attributes:
        return True
    style = re.sub(r"\s+", "", attributes.get("style", "").lower())
    return bool(style) and _HIDING_STYLE.search(style) is not None


def _tidied(lines: list[str]) -> str:
    """Join the lines with at most one blank line in a row."""
    result: list[str] = []
    for line in lines:
        if line.strip() or (result and result[-1].strip()):
            result.append(line.rstrip() if line != "-- " else line)
    return "\n".join(result).strip("\n")
