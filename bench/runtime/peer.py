"""The peers, in a throw-away environment: `langgraph dev` and LangGraph's PostgreSQL saver.

`langgraph dev` is licensed under Elastic-2.0 and the saver pulls psycopg (LGPL): test tools here,
never dependencies. The environment is made only when asked for by `--peer`.
"""

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.runtime.places import PROBES, Served, free_port, listening, surroundings

FOLDER: Final = Path("/tmp/bw-bench-peer")  # noqa: S108 - thrown away with the machine
PACKAGES: Final = (
    "langgraph-cli[inmem]==0.4.40",
    "langgraph==1.2.22",
    "langgraph-checkpoint-postgres==3.2.0",
    "psycopg[binary,pool]==3.3.9",
)
SAVERS_FOLDER: Final = Path("/tmp/bw-bench-savers")  # noqa: S108 - thrown away with the machine
SAVERS: Final = (*PACKAGES[1:], "langgraph-checkpoint-sqlite==3.1.2")
INSTALL_SECONDS_MAX: Final = 300


def python() -> Path:
    """Return the interpreter of the peers' environment, which is made when it is not there."""
    return _environment(FOLDER, PACKAGES)


def savers_python() -> Path:
    """Return the interpreter of an environment with LangGraph and its savers alone."""
    return _environment(SAVERS_FOLDER, SAVERS)


def _environment(folder: Path, packages: tuple[str, ...]) -> Path:
    found = folder / "v/bin/python"
    if not (folder / "made").exists():
        folder.mkdir(exist_ok=True)
        print(f"making an environment for the peers in {folder}", flush=True)
        for command in (
            [sys.executable, "-m", "venv", str(folder / "v")],
            [str(found), "-m", "pip", "install", "-q", *packages],
        ):
            subprocess.run(
                command, check=True, timeout=INSTALL_SECONDS_MAX, stderr=subprocess.DEVNULL
            )
        (folder / "made").touch()
    return found


@contextmanager
def langgraph_dev(folder: Path, *, jobs: int | None) -> Generator[Served]:
    """Run `langgraph dev` with the probes; `jobs` is its `--n-jobs-per-worker`."""
    port = free_port()
    graphs = PROBES / "bailiwick_bench" / "peer_graphs.py"
    kept = folder / f"dev-{port}"
    kept.mkdir()
    config = kept / "langgraph.json"
    names = ("bench_nine", "bench_held")
    told = {
        "dependencies": [str(PROBES)],
        "graphs": {name: f"{graphs}:{name}" for name in names},
    }
    config.write_text(json.dumps(told))
    command = [str(python().parent / "langgraph"), "dev", "--no-browser", "--no-reload"]
    command += ["--config", str(config), "--port", str(port)]
    command += [] if jobs is None else ["--n-jobs-per-worker", str(jobs)]
    environment = {**surroundings(), "LANGSMITH_TRACING": "false", "LOG_LEVEL": "ERROR"}
    with listening(command, port, environment, folder=kept, path="/ok") as served:
        yield served
