"""The learner over scikit-learn: audits, trains, opens what was kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from math import nan

from threadpoolctl import threadpool_limits

from bailiwick.domain.fault import InputFault
from bailiwick.domain.score.audited import ColumnAudit, Known, left_out, unanswered
from bailiwick.domain.score.card import Card
from bailiwick.domain.score.sheet import Numbers, Sheet, SheetColumn, Words
from bailiwick.domain.score.told import (
    OUTCOMES_COUNT_MIN,
    POSITIVES_COUNT_MIN,
    Mode,
    Score,
)
from bailiwick.models.scores.audit import audited
from bailiwick.models.scores.calibration import Calibrator
from bailiwick.models.scores.frame import frame_of, labels_of
from bailiwick.models.scores.kept import brought_back, kept
from bailiwick.models.scores.learning import learn
from bailiwick.models.scores.linear import Linear
from bailiwick.models.scores.quick import teller
from bailiwick.models.scores.trees import Boosted
from bailiwick.ports.learner import Row, Trained


class UnableToTrain(InputFault):
    """A person has to say first when columns are written."""


class UnableToScore(InputFault):
    """Rows lack a column that the model was trained on."""


class ScikitScorer:
    """A trained model, ready to tell."""

    def __init__(self, card: Card, model: Linear | Boosted, calibrator: Calibrator) -> None:
        self._card = card
        self._model = model
        self._calibrator = calibrator
        self._tell = teller(model, calibrator)

    @property
    def card(self) -> Card:
        """What is known of it."""
        return self._card

    def score(self, row: Row) -> Score:
        """Tell the chance of one row, and why."""
        return self._tell(row)

    def chances(self, columns: Sequence[SheetColumn]) -> Sequence[float]:
        """Tell the chances of many rows. Raises UnableToScore."""
        given = {one.name: one for one in columns}
        wanted: list[SheetColumn] = []
        for coded in self._model.encoding.columns:
            column = given.get(coded.name)
            if coded.levels is None and isinstance(column, Words) and not any(column.values):
                column = Numbers(name=coded.name, values=[nan] * len(column.values))
            if column is None or isinstance(column, Numbers) is not (coded.levels is None):
                kind = "numbers" if coded.levels is None else "words"
                message = f"the model needs the column {coded.name!r} with {kind}"
                raise UnableToScore(message)
            wanted.append(column)
        count = len(columns[0].values) if columns else 0
        frame = frame_of(tuple(wanted), count=count)
        found: list[float] = self._calibrator.chances(self._model.log_odds(frame)).tolist()
        return found


class ScikitLearner:
    """Learns on one thread, so that the same rows give the same model on every machine."""

    def audit(self, sheet: Sheet, *, after_shares: Mapping[str, float]) -> tuple[ColumnAudit, ...]:
        """Look for columns that may have been written after the outcome."""
        if not 0 < sheet.positives_count < len(sheet.labels):
            return ()
        with threadpool_limits(limits=1):
            return audited(sheet, after_shares=after_shares)

    def train(
        self, sheet: Sheet, *, audit: Sequence[ColumnAudit], answers: Mapping[str, Known]
    ) -> Trained:
        """Learn a model, or say why there is none. Raises UnableToTrain."""
        card = _card(sheet, audit, answers)
        if _few(sheet):
            return Trained(card=card, artefact=b"")
        if asked := unanswered(audit, answers):
            names = ", ".join(one.column for one in asked)
            message = (
                f"say of each whether it is known before the outcome (--before) or written after "
                f"it (--after): {names}; `bailiwick score audit` says why"
            )
            raise UnableToTrain(message)
        rows = sheet.without(left_out(answers))
        with threadpool_limits(limits=1):
            frame = frame_of(rows.columns, count=len(rows.labels))
            learned = learn(frame, labels_of(rows), ordered=rows.ordered)
        if learned is None:
            return Trained(card=card, artefact=b"")
        card = replace(
            card,
            mode=Mode.LEARNED if learned.figures.has_lift else Mode.NO_LIFT,
            family=learned.recipe.family,
            recipe=learned.recipe.name,
            calibration=learned.calibrator.kind,
            figures=learned.figures,
            tried=learned.tried,
        )
        artefact = b""
        if card.mode is Mode.LEARNED:
            artefact = kept(card, learned.model, learned.calibrator)
        return Trained(card=card, artefact=artefact)

    def open(self, artefact: bytes) -> ScikitScorer:
        """Return a model. Raises UnableToOpenModel."""
        return ScikitScorer(*brought_back(artefact))


def _few(sheet: Sheet) -> bool:
    good, all_ = sheet.positives_count, len(sheet.labels)
    return all_ < OUTCOMES_COUNT_MIN or min(good, all_ - good) < POSITIVES_COUNT_MIN


def _card(sheet: Sheet, audit: Sequence[ColumnAudit], answers: Mapping[str, Known]) -> Card:
    late = left_out(answers)
    return Card(
        mode=Mode.PRIOR,
        rows_count=len(sheet.labels),
        positives_count=sheet.positives_count,
        ordered=sheet.ordered,
        data_hash=_hash(sheet),
        columns=tuple(one.name for one in sheet.columns if one.name not in late),
        left_out=tuple(sorted(late & {one.name for one in sheet.columns})),
        audit=tuple(audit),
    )


def _hash(sheet: Sheet) -> str:
    """Return a hash of every cell and outcome, in order."""
    found = sha256()
    for column in sheet.columns:
        found.update(f"{column.name}\x1e".encode())
        found.update("\x1f".join(map(str, column.values)).encode())
    found.update(bytes(sheet.labels))
    return found.hexdigest()
