"""Runs a corpus: sends each row to its channel, says which rows are not covered here and why."""

import logging
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from bench.redteam.corpus import Channel, Row, chains, octets
from bench.redteam.evidence import Evidence
from bench.redteam.file_trial import try_file
from bench.redteam.http_trial import has_scene, try_http
from bench.redteam.mail_trial import try_mail, try_twin
from bench.redteam.oracle import violations
from bench.redteam.rig import Pass, Planner, Rig, rigged
from bench.redteam.scenes import try_flood, try_forgery, try_poison, try_race
from bench.redteam.slow_trial import try_slow
from bench.redteam.world import World

TRIES_COUNT_MAX: Final = 3  # ours: only for findings of time, on a machine that others use too
_SLOW_CLIENTS: Final = "rate_bytes_per_s"
_BY_CATEGORY: Final = {"hitl_race": try_race, "hitl_forge": try_forgery}
_SLOW: Final = ("took ", "others wait")
_WHY: Final = {
    Channel.TRANSCRIPT: "this issue takes in no call transcripts",
    Channel.NL_SQL: "this issue answers no questions in SQL",
    Channel.KB_DOC: "this issue answers nothing from documents",
    Channel.WEBHOOK: "there is no such door in the API yet",
}


class Trial(Protocol):
    """Acts out one row under one pass."""

    def __call__(self, rig: Rig, row: Row, one: Pass, *, turn: int) -> Evidence:
        """Act and return what was seen."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One row under one pass."""

    row: Row
    one: Pass
    violations: tuple[str, ...]
    seconds: float


def uncovered(row: Row) -> str:
    """Say why a row cannot be acted out with what exists; empty when it can."""
    if row.category == "hitl_race" or has_scene(row):
        return ""
    return _WHY.get(row.channel, "")


def applies(row: Row, one: Pass) -> bool:
    """Tell whether a pass says more about a row than the others do."""
    if _SLOW_CLIENTS in row.payload:
        return one.served  # it is about the server, not about who plans
    if one.served and row.channel is Channel.WEBHOOK:
        return True
    if row.payload_encoding == "json":
        return one.planner is not Planner.DIRECT and not one.granted
    return one.planner is not Planner.DIRECT or row.channel is Channel.EMAIL


def run(
    rig: Rig,
    rows: Sequence[Row],
    one: Pass,
    *,
    flood_count: int,
    told: Callable[[Result], None],
) -> tuple[Result, ...]:
    """Run every covered row under one pass."""
    results: list[Result] = []
    covered = [row for row in rows if not uncovered(row) and applies(row, one)]
    for turn, chain in enumerate(chains(covered)):
        for result in _tried(rig, chain, one, turn=turn, flood_count=flood_count):
            results.append(result)
            told(result)
    return tuple(results)


def run_alone(
    rows: Sequence[Row], world: World, one: Pass, *, flood_count: int
) -> tuple[Result, ...]:
    """Run one pass in a folder of its own."""
    logging.disable(logging.ERROR)  # the loopback model has no price, and answers badly by design
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder is made in it
    with (
        tempfile.TemporaryDirectory(dir=memory) as folder,
        rigged(world, Path(folder)) as rig,
    ):
        return run(rig, rows, one, flood_count=flood_count, told=_tell)


def _tried(
    rig: Rig, chain: Sequence[Row], one: Pass, *, turn: int, flood_count: int
) -> list[Result]:
    """Run a chain; what only took too long is tried again, and the best time counts."""
    results: list[Result] = []
    for _ in range(TRIES_COUNT_MAX):
        began = time.perf_counter()
        seens = _acted(rig, chain, one, turn=turn, flood_count=flood_count)
        seconds = time.perf_counter() - began
        results = [
            Result(row=row, one=one, violations=violations(row, seen, rig.world), seconds=seconds)
            for row, seen in zip(chain, seens, strict=True)
        ]
        found = [finding for result in results for finding in result.violations]
        if not found or not all(finding.startswith(_SLOW) for finding in found):
            break
    return results


def _acted(
    rig: Rig, chain: Sequence[Row], one: Pass, *, turn: int, flood_count: int
) -> list[Evidence]:
    try:
        return _act(rig, chain, one, turn=turn, flood_count=flood_count)
    except Exception as error:  # noqa: BLE001 - whatever breaks is what the row is there to find
        crash = f"{type(error).__name__}: {error}"[:300]
        return [Evidence(crash=crash) for _ in chain]


def _act(
    rig: Rig, chain: Sequence[Row], one: Pass, *, turn: int, flood_count: int
) -> list[Evidence]:
    row = chain[0]
    alone = _alone(row, flood_count=flood_count)
    if alone is not None:
        return [alone(rig, row, one, turn=turn)]
    seens = try_mail(rig, chain, one, turn=turn)
    if row.is_benign:
        payload = octets(row, canary=rig.world.canary)
        seens[0].twin_treatment = try_twin(rig, row, payload, one, turn=turn)
    return seens


def _alone(row: Row, *, flood_count: int) -> Trial | None:
    """Return how a row is tried that is no mail and stands alone."""
    if row.category in _BY_CATEGORY:
        return _BY_CATEGORY[row.category]
    if has_scene(row):
        return try_slow if _SLOW_CLIENTS in row.payload else try_http
    if row.payload_encoding == "json":
        return try_poison if "poison" in row.payload else partial(try_flood, count=flood_count)
    return None if row.channel is Channel.EMAIL else try_file


def _tell(result: Result) -> None:
    if result.violations:
        print(f"{result.one.name} {result.row.id}: {'; '.join(result.violations)}", file=sys.stderr)
