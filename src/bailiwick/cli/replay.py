"""`bailiwick replay`: a recorded run once more, from what it read and what models answered."""

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import Json, application
from bailiwick.domain.fault import InputFault


class UnableToFindRun(InputFault):
    """No run has this id."""


def replay(run: str, *, json: Json = False) -> int:
    """Run a recorded run again and compare the plan; nothing is written and nobody is asked.

    Parameters
    ----------
    run
        Id of the run; `bailiwick audit runs` lists them.
    """
    import asyncio

    from bailiwick.domain.ids import RunId

    output = Output(as_json=json)
    with application() as bailiwick:
        with bailiwick.units.read() as unit:
            if unit.runs.get(RunId(run)) is None:
                message = f"there is no run {run!r}; `bailiwick audit runs` lists them"
                raise UnableToFindRun(message)
        replayed = asyncio.run(bailiwick.replay.replay(RunId(run)))
    output.answer(
        {
            "run": run,
            "equal": replayed.equal,
            "recorded": replayed.recorded_hash,
            "replayed": replayed.replayed_hash,
        }
    )
    recorded = replayed.recorded_hash or "no plan"
    if replayed.equal:
        output.say(f"Equal: the replay of {run} reached {recorded}.", mark="ok")
        return Exit.OK
    output.say(
        f"Different: {run} reached {recorded}, its replay {replayed.replayed_hash or 'no plan'}.",
        mark="refused",
    )
    return Exit.DAMAGED
