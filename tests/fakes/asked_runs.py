"""Asks for runs as a surface does, and looks at what became of them."""

from bailiwick.domain.ids import RunId
from bailiwick.domain.run import RunRow
from bailiwick.engine.runs.requests import RunAccepted, RunRequest
from bailiwick.wiring.application import Application


def accepted(app: Application, wanted: RunRequest) -> RunId:
    """Ask for a run that is taken, in a transaction of its own."""
    with app.units.write(records=False) as unit:
        answer = app.runs.requests.request(unit, wanted)
        unit.commit()
    assert isinstance(answer, RunAccepted)
    return answer.run_id


def stored(app: Application, run_id: RunId) -> RunRow:
    """Return the row of a run."""
    with app.units.read() as unit:
        found = unit.runs.get(run_id)
    assert found is not None
    return found
