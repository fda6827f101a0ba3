"""The table of figures, and the same figures as a file with machine and command."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.redteam.corpus import Row
from bench.redteam.oracle import unchecked
from bench.redteam.rig import Pass
from bench.redteam.runner import Result, uncovered
from bench.result_file import keep_result, result_text


def figures(
    rows: Sequence[Row], results: Sequence[Result], passes: Sequence[Pass]
) -> dict[str, object]:
    """Return violations and rows per category and pass, and what was not covered."""
    categories = sorted({row.category for row in rows})
    table = {
        category: {one.name: _cell(results, category, one) for one in passes}
        for category in categories
    }
    benign = [r for r in results if r.row.is_benign]
    missing = Counter((row.category, uncovered(row)) for row in rows if uncovered(row))
    keys = Counter(key for row in rows if not uncovered(row) for key in unchecked(row))
    return {
        "rows": len(rows),
        "covered": len({r.row.id for r in results}),
        "violations": sum(1 for r in results if r.violations),
        "runs": len(results),
        "benign_served": len(
            {r.row.id for r in benign} - {r.row.id for r in benign if r.violations}
        ),
        "benign_covered": len({r.row.id for r in benign}),
        "by_category": table,
        "findings": [
            {"row": r.row.id, "pass": r.one.name, "violations": list(r.violations)}
            for r in results
            if r.violations
        ],
        "not_covered": [
            {"category": category, "rows": count, "why": why}
            for (category, why), count in sorted(missing.items())
        ],
        "keys_not_checked": dict(sorted(keys.items())),
    }


def table(found: Mapping[str, object], passes: Sequence[Pass]) -> str:
    """Return the figures for reading: violations / rows for each category and pass."""
    by_category = found["by_category"]
    assert isinstance(by_category, dict)
    names = [one.name for one in passes]
    lines = [f"{'category':<16}" + "".join(f"{name:>18}" for name in names)]
    for category, cells in by_category.items():  # pyright: ignore[reportUnknownVariableType] - made above
        lines.append(f"{category:<16}" + "".join(f"{cells[name]:>18}" for name in names))
    lines.append("")
    lines += [
        f"{found[key]:>6}  {key.replace('_', ' ')}"
        for key in ("rows", "covered", "runs", "violations", "benign_served", "benign_covered")
    ]
    return "\n".join(lines)


def write(found: Mapping[str, object], *, name: str, seconds: float) -> Path:
    """Keep the figures with the machine and the command that made them."""
    # File names only: a figure names no folder of the machine it was made on.
    command = " ".join(["python -m bench.redteam", *(Path(a).name for a in sys.argv[1:])])
    return keep_result(
        name, result_text(name, {"seconds": round(seconds), **found}, command=command)
    )


def _cell(results: Sequence[Result], category: str, one: Pass) -> str:
    mine = [r for r in results if r.row.category == category and r.one == one]
    return f"{sum(1 for r in mine if r.violations)} / {len(mine)}" if mine else "–"
