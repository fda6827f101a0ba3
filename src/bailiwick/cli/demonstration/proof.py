"""The last act: the record is sealed and checked, one mail is explained, one run is repeated."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bailiwick.cli.demonstration.play import Play
from bailiwick.cli.wording import percent
from bailiwick.kit.text import capped

if TYPE_CHECKING:
    from bailiwick.domain.effect import EffectRow
    from bailiwick.observe.story import Story

LINE_LENGTH_MAX: Final = 100  # ours: a terminal's line
LINES_COUNT_MAX: Final = 16
TOLD: Final = frozenset(
    {
        "signal.read",
        "plan.made",
        "verdict",
        "approval.held",
        "approval.decided",
        "effect.attempt",
        "effect.receipt",
    }
)


def prove(play: Play) -> None:
    """Seal, verify, explain and replay."""
    play.act("10  Proof")
    _verify(play)
    row = _first_sent(play)
    _explain(play, row)
    _replay(play, row)


def _verify(play: Play) -> None:
    from bailiwick.observe.chain import verify
    from bailiwick.observe.seal import read_outside
    from bailiwick.wiring.sealing import seal_now

    seal = seal_now(play.app)
    assert seal is not None, "there is something to seal"
    outside = read_outside(Path(play.app.settings.audit.seals_file))
    found = verify(play.app.chain, outside_seals=outside, public_key=seal.public_key)
    play.figures["audit"] = {
        "records": found.records_count,
        "seals": found.seals_count,
        "head": found.head_hash,
        "whole": found.breach is None,
    }
    play.output.say(
        f"{found.records_count} records, each chained to the one before, hold up to head "
        f"{found.head_hash[:16]}…, which is signed, and the seal is kept outside the database."
    )
    play.promise("the audit chain is whole and sealed", kept=found.breach is None)


def _first_sent(play: Play) -> "EffectRow":
    assert play.explained is not None, "the acts before sent approved letters"
    with play.app.units.read() as unit:
        row = unit.effects.get(play.explained)
    assert row is not None, "what was delivered is stored"
    return row


def _explain(play: Play, row: "EffectRow") -> None:
    from bailiwick.observe.story import tell

    with play.app.units.read() as unit:
        story = tell(unit, row.effect_id)
    play.figures["explained"] = {
        "effect": row.effect_id,
        "records": len(story.lines),
        "evidence": len(story.evidence),
    }
    play.output.say("", f"Why was {row.provider_ref} sent?")
    play.output.say(*(f"  {line}" for line in _told(story)))
    kinds = {line.kind for line in story.lines}
    play.promise(
        "a sent mail is explained back to the message it rests on",
        kept={"signal.read", "approval.decided", "effect.receipt"} <= kinds
        and any(one.ref.startswith("message:") and one.text for one in story.evidence),
    )


def _told(story: "Story") -> list[str]:
    lines = [
        capped(f"{line.seq:>5} {line.kind:<16} {line.text}", LINE_LENGTH_MAX)
        for line in story.lines
        if line.kind in TOLD
    ]
    seen = dict.fromkeys(f"      rests on {e.ref}: {e.text}" for e in story.evidence if e.text)
    evidence = [capped(" ".join(text.split()), LINE_LENGTH_MAX) for text in seen]
    assert story.step is not None, "an effect belongs to a step"
    sure = percent(story.step.provenance.confidence_permille)
    head = f"{story.step.provenance.reason}, confidence {sure}"
    return [head, *lines[:LINES_COUNT_MAX], *evidence[:4]]


def _replay(play: Play, row: "EffectRow") -> None:
    replayed = asyncio.run(play.app.replay.replay(row.run_id))
    play.figures["replayed"] = {"run": row.run_id, "equal": replayed.equal}
    verb = "equals" if replayed.equal else "DIFFERS FROM"
    play.output.say(
        "",
        f"Replay of {row.run_id} from its record: plan {replayed.replayed_hash[:16]}… {verb} "
        f"the recorded {replayed.recorded_hash[:16]}…",
    )
    play.promise("a repeated run reaches the same plan", kept=replayed.equal)
