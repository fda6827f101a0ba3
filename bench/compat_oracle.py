"""Hold the recorded conversations with a live LangGraph server: compare, or record anew.

Start the oracle in an environment of its own, since its licence (Elastic-2.0) allows it as a test
tool and not as a dependency:

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install "langgraph-cli[inmem]"
    python -m bench.compat_oracle --graphs > /tmp/langgraph.json
    /tmp/oracle/bin/langgraph dev --no-browser --no-reload --config /tmp/langgraph.json

then `python -m bench.compat_oracle http://127.0.0.1:2024` says what has changed since the
recording, and with `--record` writes the recording anew.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.e2e.compat import js_client
from tests.e2e.compat.conversation import converse
from tests.e2e.compat.recording import breaches, js_facts, record, recorded
from tests.e2e.compat.shapes import Shape

PROBES: Final = Path(__file__).parents[1] / "tests/e2e/compat/probes/bailiwick_probes"


def main() -> int:
    """Compare or record; 1 when the live oracle no longer answers as recorded."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:2024")
    parser.add_argument("--record", action="store_true", help="write the recording anew")
    parser.add_argument("--graphs", action="store_true", help="print a langgraph.json and stop")
    asked = parser.parse_args()
    if asked.graphs:
        print(json.dumps({"dependencies": [str(PROBES.parent)], "graphs": _graphs()}))
        return 0
    spoken: dict[str, dict[str, Shape]] = {
        "python": asyncio.run(converse(asked.url)).facts,
        "js": _js(asked.url),
    }
    changed = 0
    for client, facts in spoken.items():
        if asked.record:
            record(client, facts)
        found = list(breaches(recorded(client), facts, {}))
        changed += len(found)
        print(f"{client}: {len(facts)} calls, {len(found)} differences")
        print("".join(f"  {line}\n" for line in found), end="")
    return 1 if changed else 0


def _graphs() -> dict[str, str]:
    names = sorted(folder.name for folder in PROBES.iterdir() if (folder / "graph.py").exists())
    return {f"probe_{name}": f"{PROBES / name / 'graph.py'}:build" for name in names}


def _js(url: str) -> dict[str, Shape]:
    with tempfile.TemporaryDirectory() as folder:
        return js_facts(js_client.converse(js_client.install(Path(folder)), url))


if __name__ == "__main__":
    sys.exit(main())
