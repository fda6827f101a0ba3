"""Trains the classifier of replies anew: `python -m training.reply [--dry]`.

Writes `src/bailiwick/models/reply_labels.json`. The mails come from a seed, so that anybody gets
the same mails; the fit is convex, so that anybody gets the same weights up to rounding.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bailiwick.domain.reader.weights import SCALE, Weights
from bailiwick.kit.hashing import Canonical
from training.reply.families import Part
from training.reply.figures import accuracy, calibration_error, macro_f1, risk_coverage
from training.reply.fit import RISK_MAX, Example, answers, deeds, examples, fit
from training.reply.mails import SEED, Sample, digest, samples

FORMAT: Final = "bailiwick.reply-labels/1"
VERSION: Final = "2026-11-20.1"
TARGET: Final = Path(__file__).parents[2] / "src" / "bailiwick" / "models" / "reply_labels.json"


def main() -> None:
    """Make the mails, fit, measure on what was held out, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m training.reply", description=__doc__)
    parser.add_argument("--dry", action="store_true", help="print the figures, write nothing")
    options = parser.parse_args()
    made = samples()
    seen = examples(made)
    weights = fit(
        of_part(made, seen, Part.TRAIN),
        of_part(made, seen, Part.CALIBRATE),
        version=VERSION,
        trained_on=digest(made),
    )
    found = measured(weights, of_part(made, seen, Part.HELD_OUT))
    print(json.dumps(found, indent=2))
    if not options.dry:
        TARGET.write_text(written(weights, found), encoding="utf-8")
        print(f"{TARGET.name}: {len(weights.table)} features, {TARGET.stat().st_size} bytes")


def of_part(made: Sequence[Sample], seen: Sequence[Example], part: Part) -> tuple[Example, ...]:
    """Return the examples of one part."""
    return tuple(one for one, sample in zip(seen, made, strict=True) if sample.part is part)


def measured(weights: Weights, held_out: Sequence[Example]) -> dict[str, Canonical]:
    """Return the figures that the file states of itself, on families it never saw; in permille."""
    given = answers(weights, held_out)
    curve = risk_coverage(given, risk_max=RISK_MAX)
    done = deeds(weights, held_out)
    kept = [one for one in done if one.confidence * 1000 >= weights.act_permille]
    return {
        "mails": len(given),
        "accuracy": round(accuracy(given) * 1000),
        "macro_f1": round(macro_f1(given) * 1000),
        "calibration_error": round(calibration_error(given) * 1000),
        "risk_coverage_area": round(curve.area * 1000),
        "coverage_at_risk": round(curve.coverage * 1000),
        "acted_on": round(len(kept) / len(given) * 1000),
        "right_when_acted_on": round(accuracy(kept) * 1000),
    }


def written(weights: Weights, found: dict[str, Canonical]) -> str:
    """Return the file: one feature a line, so that a change can be read."""
    head = {
        "format": FORMAT,
        "version": weights.version,
        "made_by": "python -m training.reply",
        "seed": SEED,
        "trained_on": weights.trained_on,
        "scale": SCALE,
        "labels": [label.value for label in weights.labels],
        "intercepts": list(weights.intercepts),
        "temperature_permille": weights.temperature_permille,
        "act_permille": weights.act_permille,
        "risk_permille": weights.risk_permille,
        "held_out_permille": found,
    }
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    rows = [
        f"    {json.dumps(name, ensure_ascii=False)}: {json.dumps(row, separators=(',', ':'))}"
        for name, row in sorted(weights.table.items())
    ]
    table = '  "weights": {\n' + ",\n".join(rows) + "\n  }"
    return "{\n" + ",\n".join([*lines, table]) + "\n}\n"


if __name__ == "__main__":
    main()
