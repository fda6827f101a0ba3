"""Which of the nine reply labels a mail carries: headers, then opt-outs, then the classifier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bailiwick.domain.message import ParsedMail
from bailiwick.domain.reader.features import BARE_YES, Features, features_of
from bailiwick.domain.reader.opt_out import OptOut
from bailiwick.domain.reader.view import View
from bailiwick.domain.reader.weights import PERMILLE, Weights, probabilities
from bailiwick.domain.reading import Basis, Intent

MACHINE_PERMILLE: Final = 950  # ours: a header says so (RFC 3834, RFC 3464)
OPT_OUT_PERMILLE: Final = 980  # ours: an imperative was found
DOUBT_PERMILLE: Final = 500  # ours: below the gate, so a person decides
SURE_PERMILLE_MAX: Final = 990  # ours: no sum of weights is a proof
SUSPECT_PERMILLE: Final = 950  # ours: rules found no request, so the words must be plain
HEARD_PERMILLE: Final = 100  # ours: one in ten to be a request to stop is for a person's eyes
PLAIN_PERMILLE: Final = 800  # ours: one plain phrase and no rival; 95 % of these are right
AGREED_PERMILLE: Final = 600  # ours: likelier than all others together, with a margin
TIE_PERMILLE: Final = 50  # ours: closer than this, precedence decides

PRECEDENCE: Final = (  # published, capabilities 18.5
    Intent.UNSUBSCRIBE, Intent.BOUNCED, Intent.SPAM, Intent.AUTO_REPLY, Intent.MEETING_SCHEDULED,
    Intent.NOT_INTERESTED, Intent.INFO_REQUEST, Intent.INTERESTED, Intent.PARTNERSHIP,
    Intent.OTHER,
)  # fmt: skip
ANSWERED: Final = frozenset({Intent.INTERESTED, Intent.INFO_REQUEST, Intent.MEETING_SCHEDULED})
"""What an answer of ours follows."""
_NEVER: Final = frozenset({Intent.OTHER, Intent.UNSUBSCRIBE})
"""No answer of the classifier alone: a person reads it."""
_MACHINES: Final = frozenset({Intent.AUTO_REPLY, Intent.BOUNCED})
"""What lets a campaign go on, so a person's own words must not be taken for it."""
_DAEMONS: Final = ("mailer-daemon@", "postmaster@", "mail-daemon@", "bounce@", "bounces@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A label, how sure it is, and what gave it."""

    intent: Intent
    confidence_permille: int
    basis: Basis
    opt_out_suspected: bool = False
    """No rule found a request to stop, but the classifier hears one."""
    unsure: bool = False
    """The classifier was too unsure for a label, and hears no request to stop."""
    shares: Mapping[Intent, float] = field(default_factory=dict[Intent, float])
    """What the classifier gave each label; the one label, where something else decided."""


def label(
    mail: ParsedMail, own: View, subject: View, found: OptOut, *, weights: Weights
) -> Labelled:
    """Choose the label: what headers say, then an opt-out, then what the classifier is sure of."""
    if is_bounce(mail):
        return Labelled(
            intent=Intent.BOUNCED, confidence_permille=MACHINE_PERMILLE, basis=Basis.HEADER
        )
    if found.certain and not mail.automatic:
        return Labelled(
            intent=Intent.UNSUBSCRIBE, confidence_permille=OPT_OUT_PERMILLE, basis=Basis.RULE
        )
    if mail.automatic:
        return Labelled(
            intent=Intent.AUTO_REPLY, confidence_permille=MACHINE_PERMILLE, basis=Basis.HEADER
        )
    if found.asked:
        return Labelled(
            intent=Intent.UNSUBSCRIBE, confidence_permille=DOUBT_PERMILLE, basis=Basis.RULE
        )
    return _classified(mail, own, subject, found, weights=weights)


def is_bounce(mail: ParsedMail) -> bool:
    """Whether a mail server, not a person, says that a mail did not arrive.

    A delay is none, and a report of delivery is the opposite (RFC 3464, 2.3.3).
    """
    if mail.dsn_status:
        return mail.dsn_failed or mail.dsn_status.startswith("5")
    return mail.from_address.casefold().startswith(_DAEMONS)


def is_permanent(mail: ParsedMail) -> bool:
    """Whether the address will not take mail tomorrow either: only a failure with 5.x.x."""
    return is_bounce(mail) and mail.dsn_status.startswith("5")


def _classified(
    mail: ParsedMail, own: View, subject: View, found: OptOut, *, weights: Weights
) -> Labelled:
    seen = features_of(mail, own, subject)
    shares = probabilities(weights, seen)
    if seen.points[Intent.NOT_INTERESTED] or BARE_YES in seen.marks:
        # A specific negation zeroes interest, and so does a yes to nothing (capabilities 18.5, 32).
        shares = _without_interest(shares)
    permille = {one: min(SURE_PERMILLE_MAX, int(s * PERMILLE)) for one, s in shares.items()}
    suspected = permille[Intent.UNSUBSCRIBE] >= SUSPECT_PERMILLE and not found.third_party
    if suspected:
        return Labelled(
            intent=Intent.UNSUBSCRIBE,
            confidence_permille=DOUBT_PERMILLE,
            basis=Basis.CLASSIFIER,
            opt_out_suspected=True,
            shares=shares,
        )
    most = max(permille.values())
    chosen = next(one for one in PRECEDENCE if permille[one] >= most - TIE_PERMILLE)
    plain = bool(seen.points[chosen]) or permille[chosen] >= SUSPECT_PERMILLE
    none = chosen in _NEVER or (chosen in _MACHINES and not plain)
    sure = int(certainty(shares, chosen) * PERMILLE) >= weights.act_permille
    below = not (sure or _agreed(seen, permille, chosen))
    if none or below:
        if _hears_only(seen, Intent.INFO_REQUEST):
            return Labelled(
                intent=Intent.INFO_REQUEST,
                confidence_permille=PLAIN_PERMILLE,
                basis=Basis.RULE,
                shares=shares,
            )
        # An answer that is none: whatever it says, a person reads it.
        return Labelled(
            intent=Intent.OTHER,
            confidence_permille=min(most, DOUBT_PERMILLE),
            basis=Basis.CLASSIFIER,
            unsure=below and permille[Intent.UNSUBSCRIBE] < HEARD_PERMILLE,
            shares=shares,
        )
    return Labelled(
        intent=chosen,
        confidence_permille=permille[chosen],
        basis=Basis.CLASSIFIER,
        shares=shares,
    )


def _agreed(seen: Features, permille: Mapping[Intent, int], chosen: Intent) -> bool:
    """Whether two that know nothing of each other agree: the likeliest is all that a rule hears."""
    likely = chosen in ANSWERED and permille[chosen] >= AGREED_PERMILLE
    harmless = permille[Intent.UNSUBSCRIBE] < HEARD_PERMILLE
    return likely and harmless and _hears_only(seen, chosen)


def _hears_only(seen: Features, wanted: Intent) -> bool:
    """Whether a rule hears this, as a question, whatever it is about, and none anything else."""
    return bool(seen.points[wanted]) and all(
        intent is wanted or not count for intent, count in seen.points.items()
    )


def certainty(shares: dict[Intent, float], chosen: Intent) -> float:
    """Return how sure it is what the answer leads to: wishes that are answered alike count as one.

    "We are interested, what does it cost" is both, and either way somebody answers.
    """
    if chosen not in ANSWERED:
        return shares[chosen]
    return sum(shares[one] for one in ANSWERED)


def _without_interest(shares: dict[Intent, float]) -> dict[Intent, float]:
    """Deal what spoke for interest to the other labels, in their proportion."""
    left = sum(share for intent, share in shares.items() if intent is not Intent.INTERESTED)
    return {
        intent: share / left if intent is not Intent.INTERESTED and left else 0.0
        for intent, share in shares.items()
    }
