"""What tracing and cost add to a run: the same runs with both and without, in pairs.

`python -m bench.runtime.tracing [--quick]`. Nine nodes on the sequential executor, one commit each,
on SQLite; rounds alternate, and the ratio is taken within each pair.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bailiwick.domain.run import RunRow
from bailiwick.engine.runs.requests import RunRequest
from bailiwick.settings import demand_strict_checkpoints, read
from bench.result_file import Plain, keep_result, result_text
from bench.runtime import places
from bench.runtime.rounds import alternated, ratio, spreads

if TYPE_CHECKING:
    from bailiwick.wiring.application import Application

RUNS_COUNT: Final = 400
CLIENTS_COUNT: Final = 8


def measured(*, quick: bool) -> dict[str, Plain]:
    """Measure pairs."""
    here = Path.cwd()
    with places.a_folder() as name:
        places.on_sqlite(Path(name)).enter()
        demand_strict_checkpoints()
        from bailiwick.wiring.application import build  # noqa: PLC0415 - after the environment

        settings = read()
        off = replace(settings, trace=replace(settings.trace, enabled=False))
        applications = {"traced": build(settings), "untraced": build(off)}
        try:
            count = RUNS_COUNT // (4 if quick else 1)
            found = alternated(
                {n: partial(_round, app, count) for n, app in applications.items()},
                3 if quick else 11,
            )
        finally:
            for application in applications.values():
                application.close()
            os.chdir(here)
    told = spreads(found)
    told["traced / untraced"] = {
        figure: ratio(found["traced"][figure], found["untraced"][figure])
        for figure in found["traced"]
    }
    return told


def _round(application: "Application", count: int) -> Mapping[str, float]:
    asyncio.run(_runs(application, CLIENTS_COUNT))
    began, cpu = time.perf_counter(), time.process_time()
    asyncio.run(_runs(application, count))
    spent = time.process_time() - cpu
    return {
        "cpu_ms_a_run": 1000 * spent / count,
        "wall_ms_a_run": 1000 * (time.perf_counter() - began) / count,
    }


async def _runs(application: "Application", count: int) -> None:
    left, inline = iter(range(count)), application.runs.inline

    async def one() -> None:
        for _ in left:
            asked = RunRequest(capability="bench_nine", input={"count": 0})
            ended = await inline.carry_out(asked)
            assert isinstance(ended, RunRow), ended
            assert ended.status == "done", ended

    await asyncio.gather(*(one() for _ in range(CLIENTS_COUNT)))


def main() -> None:
    """Measure, print, and keep what was found unless it was quick."""
    parser = argparse.ArgumentParser(prog="python -m bench.runtime.tracing", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small counts; nothing is kept")
    quick: bool = parser.parse_args().quick
    text = result_text(
        "runtime-tracing", measured(quick=quick), command="python -m bench.runtime.tracing"
    )
    print(text)
    if not quick:
        keep_result("runtime-tracing", text)


if __name__ == "__main__":
    main()
