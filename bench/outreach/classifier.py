"""How well replies are labelled: `python -m bench.outreach classifier --data DIR [--dry]`.

The shipped classifier answers families that training never saw, beside the majority label and the
keyword rules alone; opt-outs are counted on every made request and every harmless mention. Then the
public sets: the same kind of classifier fitted on their own training part, and the shipped one on
text that is no reply at all.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from training.reply.families import Part
from training.reply.figures import (
    Answer,
    accuracy,
    calibration_error,
    macro_f1,
    risk_coverage,
)
from training.reply.mails import Sample, samples

from bailiwick.domain.message import ParsedMail
from bailiwick.domain.reader.features import Features, features_of
from bailiwick.domain.reader.intent import PRECEDENCE
from bailiwick.domain.reader.read import read
from bailiwick.domain.reader.view import view
from bailiwick.domain.reader.weights import probabilities
from bailiwick.domain.reading import Intent
from bailiwick.kit.clock import SystemClock
from bailiwick.models.reply_labels import published_weights
from bench.outreach.public_intents import measured_public
from bench.result_file import Plain, keep_result, result_text

RISK_MAX: Final = 0.05


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.outreach classifier", description=__doc__
    )
    parser.add_argument("--data", type=Path, help="folder of the public sets; none: only our own")
    parser.add_argument("--dry", action="store_true", help="print only, write no result")
    options = parser.parse_args(arguments)
    made = samples()
    held_out = [one for one in made if one.part is Part.HELD_OUT]
    found: dict[str, Plain] = {
        "classifier": published_weights().version,
        "held_out": {
            "mails": len(held_out),
            "families": len({one.family for one in held_out}),
            "shipped": figures(_shipped(held_out)),
            "keyword_rules_alone": figures(_rules(held_out)),
            "majority": figures(_majority(held_out)),
            "by_language": _by(held_out, lambda one: one.language),
            "by_label": _by(held_out, lambda one: one.label.value),
        },
        "as_read": _as_read(held_out),
        "opt_outs": _opt_outs(made),
        "cpu_microseconds_per_mail": _cost(held_out),
    }
    if options.data is not None:
        found["public"] = measured_public(options.data)
    command = f"python -m bench.outreach classifier{' --data DIR' if options.data else ''}"
    text = result_text("outreach-classifier", found, command=command)
    print(text)
    if not options.dry:
        print(f"kept in {keep_result('outreach-classifier', text)}")
    return 0


def figures(answers: Sequence[Answer]) -> dict[str, Plain]:
    """Return the figures of one way to answer."""
    curve = risk_coverage(answers, risk_max=RISK_MAX)
    return {
        "accuracy": round(accuracy(answers), 4),
        "macro_f1": round(macro_f1(answers), 4),
        "ece_15_bins": round(calibration_error(answers), 4),
        "aurc": round(curve.area, 4),
        "coverage_at_5_percent_risk": round(curve.coverage, 4),
    }


def _shipped(held_out: Sequence[Sample]) -> list[Answer]:
    weights, given = published_weights(), list[Answer]()
    for one in held_out:
        shares = probabilities(weights, _features(one.mail))
        label = max(shares, key=lambda intent: shares[intent])
        given.append(Answer(truth=one.label, given=label, confidence=shares[label]))
    return given


def _rules(held_out: Sequence[Sample]) -> list[Answer]:
    """Answer by counted strong phrases, as the reader did before it was trained."""
    given: list[Answer] = []
    for one in held_out:
        points = _features(one.mail).points
        most = max(points.values(), default=0)
        label = next((i for i in PRECEDENCE if most and points[i] == most), Intent.OTHER)
        if read_opt_out(one.mail):
            label, most = Intent.UNSUBSCRIBE, 3
        given.append(Answer(truth=one.label, given=label, confidence=min(3, most) / 3))
    return given


def _majority(held_out: Sequence[Sample]) -> list[Answer]:
    common, count = Counter(one.label for one in held_out).most_common(1)[0]
    share = count / len(held_out)
    return [Answer(truth=one.label, given=common, confidence=share) for one in held_out]


def read_opt_out(mail: ParsedMail) -> bool:
    """Tell whether reading a mail stops mail to its writer, surely or in doubt."""
    return read(mail, now=SystemClock().now(), weights=published_weights()).opt_out


def _as_read(held_out: Sequence[Sample]) -> dict[str, Plain]:
    """Return what the whole reader does, abstention and rules included."""
    weights, now = published_weights(), SystemClock().now()
    readings = [(one, read(one.mail, now=now, weights=weights)) for one in held_out]
    acted = [(one, reading) for one, reading in readings if reading.intent is not Intent.OTHER]
    right = sum(one.label is reading.intent for one, reading in acted)
    unread = sum(one.label is not Intent.OTHER for one, _ in readings) - sum(
        one.label is not Intent.OTHER for one, _ in acted
    )
    return {
        "labelled": len(acted),
        "right_when_labelled": round(right / len(acted), 4),
        "left_to_a_person": len(readings) - len(acted),
        "of_these_with_one_of_nine_labels": unread,
        "act_permille": weights.act_permille,
        "risk_permille": weights.risk_permille,
    }


def _opt_outs(made: Sequence[Sample]) -> dict[str, Plain]:
    """Count requests that are heard, and mails without one that are taken for one."""
    asks = [one for one in made if one.label is Intent.UNSUBSCRIBE]
    rest = [one for one in made if one.label is not Intent.UNSUBSCRIBE]
    mentions = [one for one in rest if one.mention]
    heard = sum(read_opt_out(one.mail) for one in asks)
    slips = [one for one in asks if one.slipped]
    slips_heard = sum(read_opt_out(one.mail) for one in slips)
    taken = sum(read_opt_out(one.mail) for one in rest)
    return {
        "requests": len(asks),
        "languages": len({one.language for one in asks}),
        "recall": round((heard - slips_heard) / (len(asks) - len(slips)), 4),
        "requests_with_a_slip_of_the_finger": len(slips),
        "recall_with_a_slip": round(slips_heard / len(slips), 4),
        "precision": round(heard / (heard + taken), 4),
        "other_mails": len(rest),
        "other_mails_taken_for_a_request": taken,
        "mentions": len(mentions),
        "mentions_taken_for_a_request": sum(read_opt_out(one.mail) for one in mentions),
    }


def _by(held_out: Sequence[Sample], key: Callable[[Sample], str]) -> dict[str, Plain]:
    given = _shipped(held_out)
    right, count = Counter[str](), Counter[str]()
    for one, answer in zip(held_out, given, strict=True):
        count[key(one)] += 1
        right[key(one)] += answer.given == answer.truth
    return {name: round(right[name] / count[name], 4) for name in sorted(count)}


def _cost(held_out: Sequence[Sample]) -> dict[str, Plain]:
    """Return process time, which other work on the machine does not lengthen."""
    weights, seen = published_weights(), [_features(one.mail) for one in held_out]
    began = time.process_time()
    for one in seen:
        probabilities(weights, one)
    scored = time.process_time()
    for one in held_out:
        _features(one.mail)
    made = time.process_time()
    now = SystemClock().now()
    for one in held_out:
        read(one.mail, now=now, weights=weights)
    done = time.process_time()
    count = len(held_out) / 1_000_000
    return {
        "score": round((scored - began) / count, 1),
        "features": round((made - scored) / count, 1),
        "whole_reading": round((done - made) / count, 1),
    }


def _features(mail: ParsedMail) -> Features:
    return features_of(mail, view(mail.own_text), view(mail.subject))
