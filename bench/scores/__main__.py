"""How well and how fast outcomes are told: `python -m bench.scores --data DIR [--trials 100]`.

DIR holds telco_churn.csv and bank_additional_full.csv.gz.
"""

import argparse
import sys
import time
from pathlib import Path

from threadpoolctl import threadpool_limits

from bench.result_file import Plain, keep_result, result_text
from bench.scores.outcomes import leaks, permuted, prequential, shuffled_folds
from bench.scores.sets import bank, telco
from bench.scores.speed import speed

TRIALS = 100  # benchmarks 2.4


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.scores", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--trials", type=int, default=TRIALS, help="permutations of the labels")
    parser.add_argument("--dry", action="store_true", help="print only, write no result")
    options = parser.parse_args(arguments)
    started = time.process_time()
    with threadpool_limits(limits=1):
        found = measured(options.data, trials=options.trials)
    found["cpu_seconds"] = round(time.process_time() - started, 1)
    text = result_text("scores", found, command="python -m bench.scores --data DIR")
    print(text)
    if not options.dry:
        print(f"kept in {keep_result('scores', text)}")
    return 0


def measured(folder: Path, *, trials: int) -> dict[str, Plain]:
    """Measure everything, one part after the other."""
    customers, calls = telco(folder), bank(folder)
    print("telco", flush=True)
    unordered = shuffled_folds(customers)
    honest, none = leaks(customers)
    print("bank", flush=True)
    leaking, asked = leaks(calls)
    stream = prequential(calls, asked)
    print("permuted", flush=True)
    return {
        "telco_shuffled": unordered,
        "telco_audit": honest,
        "bank_audit": leaking,
        "bank_prequential": stream,
        "permuted_telco": permuted(customers, trials=trials),
        "speed": speed(customers),
        "must_show": {
            "telco_columns_asked_about": len(none),
            "duration_found": "duration" in {one.column for one in asked},
        },
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
