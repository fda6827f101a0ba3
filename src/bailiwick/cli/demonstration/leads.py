"""An act of the demo: the leads in order, as a rank and not as a probability."""

from typing import Final

from bailiwick.cli.demonstration.play import Play
from bailiwick.domain.score.told import Mode
from bailiwick.engine.scoring import leads

SHOWN_COUNT: Final = 3


def rank_the_leads(play: Play) -> None:
    """Show who is worth a salesperson's time first, and why."""
    play.act("8  Leads in order, by published weights: a rank and no probability")
    with play.app.units.read() as unit:
        found = leads(unit, at=play.app.clock.now())
    ranked = [one for one in found.items if one.mode is Mode.PRIOR]
    play.figures["leads"] = {
        "ranked": len(ranked),
        "hardly_known": len(found.items) - len(ranked),
        "left_out": found.left_out_count,
    }
    play.output.table(
        "First of all",
        ("place", "who", "why"),
        [
            (
                f"{place}",
                f"{one.name}, {one.company}",
                ", ".join(f"{why.column} {why.weight:+.2f}" for why in one.reasons[:SHOWN_COUNT]),
            )
            for place, one in enumerate(ranked[:SHOWN_COUNT], start=1)
        ],
    )
    play.output.say(
        f"{len(ranked)} are ranked, {len(found.items) - len(ranked)} are hardly known and have no "
        f"rank, {found.left_out_count} may not be written to and are left out. Chances "
        "are learned from a file of outcomes: bailiwick score train --csv FILE --label COLUMN."
    )
    with play.app.units.read() as unit:
        barred = [one for one in found.items if unit.crm.safety(one.contact_id).suppressed]
    play.promise("nobody who asked to stop is on the list of leads", kept=not barred)
    play.promise("every rank has its reasons", kept=all(one.reasons for one in ranked))
