"""The one question of a campaign's touch: reword the template's middle paragraphs."""

from typing import Final

from bailiwick.graph.letter import LetterText, LetterView, letter_ask
from bailiwick.ports.model import Ask

WRITE: Final[Ask[LetterView, LetterText]] = letter_ask("campaign/write")
