"""How well and how fast outcomes are told: `python -m bench.scores --data DIR [--trials 100]`.

DIR holds telco_churn.csv and bank_additional_full.csv.gz.
"""

import argparse
import json
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
    """Measure everything, one part after the other; each part is shown when it is done."""
    customers, calls = telco(folder), bank(folder)
    found: dict[str, Plain] = {}

    def part(name: str, value: Plain) -> None:
        found[name] = value
        print(json.dumps({name: value}), flush=True)

    part("speed", speed(customers))
    honest, none = leaks(customers)
    leaking, asked = leaks(calls)
    part("telco_audit", honest)
    part("bank_audit", leaking)
    part("telco_columns_asked_about", len(none))
    part("duration_found", "duration" in {one.column for one in asked})
    part("telco_shuffled", shuffled_folds(customers))
    part("bank_prequential", prequential(calls, asked))
    part("permuted_telco", permuted(customers, trials=trials))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
