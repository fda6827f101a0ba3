"""`python -m bench.redteam --corpus FILE`: runs attacks against the whole product.

Ends with 1 when a single row is violated.
"""

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from bench.redteam.corpus import Row, load
from bench.redteam.mutate import mutated, other_names
from bench.redteam.report import figures, table, write
from bench.redteam.rig import PASSES, Pass, Planner
from bench.redteam.runner import run_alone
from bench.redteam.scenes import FLOOD_COUNT, FLOOD_HARMLESS
from bench.redteam.world import read_world


def main() -> int:
    """Run the passes that were asked for and tell what came of them."""
    chosen = _arguments()
    rows = _rows(chosen)
    world = read_world(chosen.world or chosen.corpus.parent / "attacks_world.json")
    if chosen.mutate:
        world = other_names(world, seed=chosen.seed)
    passes = _passes(chosen)
    count = FLOOD_COUNT if chosen.flood else FLOOD_HARMLESS
    began = time.perf_counter()
    work = partial(run_alone, rows, world, flood_count=count)
    # A fresh interpreter for each pass: a forked one would share sockets and audit hooks.
    with ProcessPoolExecutor(chosen.jobs, mp_context=get_context("spawn")) as pool:
        results = [result for part in pool.map(work, passes) for result in part]
    found = figures(rows, results, passes)
    name = chosen.name or ("redteam_mutated" if chosen.mutate else "redteam")
    if not (chosen.category or chosen.row or chosen.served or chosen.granted):
        write(found, name=name, seconds=time.perf_counter() - began)
    print(json.dumps(found, indent=1) if chosen.json else table(found, passes))
    return 1 if found["violations"] else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.redteam", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--world", type=Path, help="default: attacks_world.json beside the corpus")
    parser.add_argument(
        "--planner", choices=["rules", "obedient", "direct", "both", "all"], default="all"
    )
    parser.add_argument("--granted", action="store_true", help="only passes with granted autonomy")
    parser.add_argument("--served", action="store_true", help="only the pass through the API")
    parser.add_argument("--category")
    parser.add_argument("--row", help="only rows whose id starts with this")
    parser.add_argument("--mutate", type=int, default=0, help="run so many changed attacks instead")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flood", action="store_true", help="10,000 mails in the flood, not 1,000")
    parser.add_argument("--name", default="", help="of the file under bench/results")
    parser.add_argument("--jobs", type=int, default=2, help="passes that run at the same time")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _rows(chosen: argparse.Namespace) -> tuple[Row, ...]:
    corpus = load(chosen.corpus)
    rows = tuple(
        row
        for row in corpus
        if chosen.category in {None, row.category} and row.id.startswith(chosen.row or "")
    )
    if not rows:
        categories = ", ".join(sorted({row.category for row in corpus})) or "none"
        sys.exit(
            f"no row of {chosen.corpus.name} fits --category {chosen.category} --row {chosen.row}; "
            f"its categories: {categories}"
        )
    return mutated(rows, count=chosen.mutate, seed=chosen.seed) if chosen.mutate else rows


def _passes(chosen: argparse.Namespace) -> tuple[Pass, ...]:
    wanted = {
        "both": {Planner.RULES, Planner.OBEDIENT},
        "all": set(Planner),
    }.get(chosen.planner) or {Planner(chosen.planner)}
    return tuple(
        one
        for one in PASSES
        if one.planner in wanted
        and (one.granted or not chosen.granted)
        and (one.served or not chosen.served)
    )


if __name__ == "__main__":
    sys.exit(main())
