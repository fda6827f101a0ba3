"""Takes out characters that people cannot see but that carry text or turn its order around.

What real writing needs stays: joiners in emoji and Persian, flags made of tags, one variation
selector after its letter, left-to-right and right-to-left marks, soft hyphens.
"""

import re
from typing import Final

_CONTROLS: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
_BIDI: Final = "\u202a-\u202e\u2066-\u2069"
_INVISIBLE: Final = "\u2061-\u2064\u206a-\u206f\ufff9-\ufffb\U0001d173-\U0001d17a"
_SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SURROGATES: Final = "\ud800-\udfff"
_TAGS: Final = "\U000e0000-\U000e007f"
_HIDDEN: Final = _CONTROLS + _BIDI + _INVISIBLE + _SELECTORS + _SURROGATES + _TAGS + "\ufeff"
_HAN: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_FLAG: Final = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
_JOINERS_COUNT_MAX: Final = 3  # ours: no script puts four joiners in a row; hidden text does
_KEPT_OR_HIDDEN: Final = re.compile(
    f"({_FLAG}|[{_HAN}][{_SELECTORS}]|[^{_HIDDEN}\\s][\ufe0e\ufe0f]|[^\x00-\x7f{_HIDDEN}\\s][\ufe00-\ufe0d])"
    f"|[{_HIDDEN}]|[\u200b-\u200d\u2060]{{{_JOINERS_COUNT_MAX + 1},}}"
)


def without_hidden(text: str) -> tuple[str, int]:
    """Return the text without hidden characters, and how many were taken out."""
    hidden_count = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal hidden_count
        kept = match.group(1)
        if kept is not None:
            return str(kept)
        hidden_count += len(match.group())
        return ""

    return _KEPT_OR_HIDDEN.sub(keep, text), hidden_count
