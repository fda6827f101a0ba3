"""Which of the nine reply labels a mail carries, by counted evidence, with an honest confidence."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from bailiwick.domain.message import ParsedMail
from bailiwick.domain.reader.intent_words import AFFIRMATIVE, STRONG, WEAK
from bailiwick.domain.reader.opt_out import OptOut
from bailiwick.domain.reader.view import View, hits
from bailiwick.domain.reading import Intent

STRONG_POINTS: Final = 3  # ours: one strong phrase outweighs two weak words
WEAK_POINTS: Final = 1
PERMILLE_BY_POINTS: Final = (200, 450, 520, 740, 780, 800, 850, 860, 880, 920)
"""Ours: no evidence 0.20, weak words alone stay below the 0.60 gate, three strong phrases 0.92."""
MACHINE_PERMILLE: Final = 950  # ours: a header says so (RFC 3834, RFC 3464)
OPT_OUT_PERMILLE: Final = 980  # ours: an imperative was found
DOUBT_PERMILLE: Final = 500  # ours: below the gate, so a person decides
CONFLICT_PERMILLE: Final = 200  # ours: taken off when a second label has as much evidence
AFFIRMATIVE_WORDS_MAX: Final = 50  # ancestor: reply rules, capabilities 32

_PRECEDENCE: Final = (  # published, capabilities 18.5
    Intent.UNSUBSCRIBE, Intent.BOUNCED, Intent.SPAM, Intent.AUTO_REPLY, Intent.MEETING_SCHEDULED,
    Intent.NOT_INTERESTED, Intent.INFO_REQUEST, Intent.INTERESTED, Intent.PARTNERSHIP,
)  # fmt: skip
_DAEMONS: Final = ("mailer-daemon@", "postmaster@", "mail-daemon@", "bounce@", "bounces@")
_CONTENT: Final = frozenset(
    {Intent.MEETING_SCHEDULED, Intent.INFO_REQUEST, Intent.INTERESTED, Intent.PARTNERSHIP}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A label and how sure it is."""

    intent: Intent
    confidence_permille: int


def label(mail: ParsedMail, own: View, subject: View, found: OptOut) -> Labelled:
    """Choose the label: what a header says, then an opt-out, then the most evidence."""
    if is_bounce(mail):
        return Labelled(intent=Intent.BOUNCED, confidence_permille=MACHINE_PERMILLE)
    if found.certain and not mail.automatic:
        return Labelled(intent=Intent.UNSUBSCRIBE, confidence_permille=OPT_OUT_PERMILLE)
    if mail.automatic:
        return Labelled(intent=Intent.AUTO_REPLY, confidence_permille=MACHINE_PERMILLE)
    if found.asked:
        return Labelled(intent=Intent.UNSUBSCRIBE, confidence_permille=DOUBT_PERMILLE)
    return _by_evidence(_points(mail, own, subject))


def is_bounce(mail: ParsedMail) -> bool:
    """Whether a mail server, not a person, says that a mail did not arrive."""
    return bool(mail.dsn_status) or mail.from_address.casefold().startswith(_DAEMONS)


def _points(mail: ParsedMail, own: View, subject: View) -> Counter[Intent]:
    points: Counter[Intent] = Counter()
    seen: set[tuple[str, int]] = set()
    for table, weight in ((STRONG, STRONG_POINTS), (WEAK, WEAK_POINTS)):
        for hit in hits(table, own):
            if (hit.label, hit.start) not in seen:
                seen.add((hit.label, hit.start))
                points[Intent(hit.label)] += weight
    for hit in hits(STRONG, subject):
        if hit.label in {Intent.AUTO_REPLY, Intent.BOUNCED, Intent.SPAM}:
            points[Intent(hit.label)] += STRONG_POINTS
    if _affirmed(mail, own) and not points[Intent.NOT_INTERESTED]:
        points[Intent.INTERESTED] += STRONG_POINTS
    if points[Intent.NOT_INTERESTED] >= STRONG_POINTS:
        points[Intent.INTERESTED] = 0  # specific negation zeroes interest (capabilities 18.5)
    return points


def _affirmed(mail: ParsedMail, own: View) -> bool:
    asked = "?" in mail.quoted_text
    short = len(own.folded.split()) < AFFIRMATIVE_WORDS_MAX
    return asked and short and any(True for _ in hits(AFFIRMATIVE, own))


def _by_evidence(points: Counter[Intent]) -> Labelled:
    most = max(points.values(), default=0)
    if most == 0:
        return Labelled(intent=Intent.OTHER, confidence_permille=PERMILLE_BY_POINTS[0])
    strong = [i for i in _PRECEDENCE if points[i] >= STRONG_POINTS]
    leaders = [intent for intent in _PRECEDENCE if points[intent] == most]
    chosen = strong[0] if strong else leaders[0]
    confidence = PERMILLE_BY_POINTS[min(points[chosen], len(PERMILLE_BY_POINTS) - 1)]
    rivals = [i for i in strong if i is not chosen and not (i in _CONTENT and chosen in _CONTENT)]
    if any(points[rival] >= points[chosen] for rival in rivals):
        confidence -= CONFLICT_PERMILLE
    return Labelled(intent=chosen, confidence_permille=confidence)
