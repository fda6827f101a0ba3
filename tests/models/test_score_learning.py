"""What is learned from outcomes holds on rows that were not seen, or nothing is told."""

from dataclasses import replace

import numpy as np
import pytest
from tests.models.scores_world import permuted, sheet, with_column

from bailiwick.domain.score.audited import Known, Sign
from bailiwick.domain.score.figures import Calibration, Family
from bailiwick.domain.score.sheet import Numbers, Sheet, Slope, Words
from bailiwick.domain.score.told import Mode
from bailiwick.models.scores.calibration import (
    UNCALIBRATED,
    expit,
    fit_calibrator,
    rolling_calibrator,
)
from bailiwick.models.scores.frame import frame_of, labels_of
from bailiwick.models.scores.kept import kept
from bailiwick.models.scores.learner import ScikitLearner, UnableToScore, UnableToTrain
from bailiwick.models.scores.measuring import auc, auc_interval, expected_error, figures
from bailiwick.models.scores.recipes import RECIPES
from bailiwick.models.scores.trees import Boosted
from bailiwick.ports.learner import Row, Trained

LEARNER = ScikitLearner()


def trained(given: Sheet, **answers: Known) -> Trained:
    return LEARNER.train(given, audit=(), answers=answers)


def row_of(given: Sheet, at: int) -> Row:
    return {one.name: one.values[at] for one in given.columns}


class TestAModel:
    def test_tells_rows_that_it_had_not_seen(self) -> None:
        """Outcomes that follow from the columns are learned, with figures that say so."""
        card = trained(sheet()).card
        assert card.mode is Mode.LEARNED
        assert card.figures is not None
        assert card.figures.auc.low > 0.75
        assert card.figures.ece < 0.05
        assert card.figures.lift > 1.5

    def test_is_the_same_each_time(self) -> None:
        """The same rows give the same model, byte for byte."""
        assert trained(sheet()).artefact == trained(sheet()).artefact

    @pytest.mark.parametrize("ordered", [False, True])
    def test_abstains_where_there_is_nothing_to_learn(self, *, ordered: bool) -> None:
        """Shuffled outcomes give no lift and no model, in the order of time and without."""
        for seed in range(5):
            found = trained(permuted(sheet(ordered=ordered), seed=seed))
            assert (found.card.mode, found.artefact) == (Mode.NO_LIFT, b"")

    @pytest.mark.parametrize(("count", "mode"), [(199, Mode.PRIOR), (200, Mode.LEARNED)])
    def test_needs_two_hundred_outcomes(self, count: int, mode: Mode) -> None:
        """Below, weights set by hand are all there is."""
        assert trained(sheet(count, signal=3.0)).card.mode is mode

    @pytest.mark.parametrize(("good", "mode"), [(29, Mode.PRIOR), (30, Mode.LEARNED)])
    def test_needs_thirty_of_the_good(self, good: int, mode: Mode) -> None:
        """A rare outcome is not learned before it was seen thirty times."""
        visits = [float(at % 7) + (20 if at < good else 0) for at in range(400)]
        given = Sheet(
            columns=(Numbers(name="visits", values=visits),),
            labels=[at < good for at in range(400)],
            ordered=False,
        )
        assert trained(given).card.mode is mode

    def test_is_never_certain(self) -> None:
        """Even a column that tells everything gives no chance of 0 or 1."""
        given = sheet(signal=40.0)
        scorer = LEARNER.open(trained(given).artefact)
        chances = scorer.chances(given.columns)
        assert min(chances) == 0.01
        assert max(chances) == 0.99

    def test_tells_one_row_as_it_tells_many(self) -> None:
        """The quick way and the way for many rows give the same chances, gaps included."""
        given = _with_gaps(sheet(2_500, signal=1.0))
        for recipe in ("logistic", "trees"):
            scorer = LEARNER.open(_of_family(given, recipe).artefact)
            many = scorer.chances(given.columns)
            for at in range(0, 2_500, 97):
                told = scorer.score(row_of(given, at))
                assert told.chance == pytest.approx(many[at], abs=1e-9)

    def test_says_what_is_missing(self) -> None:
        """Rows without a column of the training are refused by its name."""
        given = sheet()
        scorer = LEARNER.open(trained(given).artefact)
        with pytest.raises(UnableToScore, match="visits"):
            scorer.chances(given.columns[1:])

    def test_takes_an_empty_column_as_unknown(self) -> None:
        """Numbers that nobody filled in are gaps, told like those of single rows."""
        given = sheet()
        scorer = LEARNER.open(trained(given).artefact)
        empty = (Words(name="visits", values=["", ""]), *_first(given, 2)[1:])
        assert scorer.chances(empty)[0] == pytest.approx(
            scorer.score({**row_of(given, 0), "visits": float("nan")}).chance
        )

    def test_is_not_made_where_early_rows_tell_nothing(self) -> None:
        """An outcome that was first seen at the very end has no earlier rows to learn from."""
        visits = [float(at) for at in range(400)]
        given = Sheet(
            columns=(Numbers(name="visits", values=visits),),
            labels=[at >= 370 for at in range(400)],
            ordered=True,
        )
        assert (trained(given).card.mode, trained(given).artefact) == (Mode.PRIOR, b"")


class TestReasons:
    @pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.name)
    def test_add_up_to_the_log_odds(self, recipe: object) -> None:
        """What the columns moved a row by is the whole distance to the average, in either kind."""
        given = _with_gaps(sheet(1_500))
        frame = frame_of(given.columns, count=1_500)
        model = next(one for one in RECIPES if one is recipe).fit(frame, labels_of(given))
        rest = model.log_odds(frame) - model.contributions(frame).sum(axis=1)
        assert float(np.ptp(rest)) < 1e-9

    def test_name_what_moved_the_score_most(self) -> None:
        """The strongest comes first, signed, at most five; the noise moves little."""
        given = sheet()
        scorer = LEARNER.open(trained(given).artefact)
        high = scorer.score({"visits": 15.0, "size": "large", "noise": 0.0})
        low = scorer.score({"visits": 0.1, "size": "small", "noise": 0.0})
        assert high.reasons[0].column == "visits"
        assert high.reasons[0].weight > 0 > low.reasons[0].weight
        assert high.chance > 0.9
        assert low.chance < 0.1


class TestADeclaredSlope:
    @pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.name)
    def test_is_kept_against_the_data(self, recipe: object) -> None:
        """More of a column that was declared as falling never raises the chance."""
        given = sheet()
        first = given.columns[0]
        assert isinstance(first, Numbers)
        turned = Numbers(name="visits", values=first.values, slope=Slope.FALLING)
        frame = frame_of((turned, *given.columns[1:]), count=len(given.labels))
        model = next(one for one in RECIPES if one is recipe).fit(frame, labels_of(given))
        steps = 40
        asked = (
            Numbers(name="visits", values=[at / 2 for at in range(steps)]),
            Words(name="size", values=["small"] * steps),
            Numbers(name="noise", values=[0.0] * steps),
        )
        told = model.log_odds(frame_of(asked, count=steps))
        assert float(np.diff(told).max()) <= 1e-12


class TestCalibration:
    @pytest.mark.parametrize("kind", [Calibration.PLATT, Calibration.BETA, Calibration.ISOTONIC])
    def test_mends_what_is_too_sure(self, kind: Calibration) -> None:
        """Log-odds that were three times too large come true after any kind of calibration."""
        dice = np.random.default_rng(3)
        true = dice.normal(size=8_000)
        labels = (dice.random(8_000) < expit(true)).astype(np.float64)
        loud = 3 * true
        fitted = fit_calibrator(kind, loud[:4_000], labels[:4_000])
        before = expected_error(expit(loud[4_000:]), labels[4_000:])
        after = expected_error(fitted.chances(loud[4_000:]), labels[4_000:])
        assert before > 0.10
        assert after < 0.03

    def test_never_turns_the_order_round(self) -> None:
        """Where the past ran against the model, all rows get the same chance."""
        log_odds = np.linspace(-3, 3, 400)
        labels = (log_odds < 0).astype(np.float64)
        for kind in (Calibration.PLATT, Calibration.BETA):
            told = fit_calibrator(kind, log_odds, labels).chances(log_odds)
            assert float(np.diff(told).min()) >= -1e-12

    def test_follows_the_level_of_the_latest_rows(self) -> None:
        """After the share of good outcomes has doubled, rolling chances come true again."""
        dice = np.random.default_rng(4)
        told = dice.normal(-2.0, 1.0, 6_000)
        labels = (dice.random(6_000) < expit(told + 1.0)).astype(np.float64)
        fitted = rolling_calibrator(told[:2_000], labels[:2_000])
        before = expected_error(expit(told[2_000:]), labels[2_000:])
        after = expected_error(fitted.chances(told[2_000:]), labels[2_000:])
        assert before > 0.10
        assert after < 0.02
        assert rolling_calibrator(told[:40], labels[:40] * 0).kind is Calibration.NONE

    def test_leaves_too_few_rows_alone(self) -> None:
        """Nine good outcomes are noise."""
        log_odds, labels = np.zeros(100), np.zeros(100)
        labels[:9] = 1.0
        assert fit_calibrator(Calibration.PLATT, log_odds, labels).kind is Calibration.NONE


class TestFigures:
    def test_count_ties_as_half(self) -> None:
        """A constant tells nothing, a perfect order everything."""
        labels = np.asarray([0.0, 1.0, 0.0, 1.0])
        assert auc(np.zeros(4), labels) == 0.5
        assert auc(labels, labels) == 1.0
        assert auc(-labels, labels) == 0.0

    def test_have_an_interval_that_holds(self) -> None:
        """Of two hundred draws about ninety-five in a hundred hold the truth."""
        dice = np.random.default_rng(7)
        held = 0
        for _ in range(200):
            labels = (dice.random(300) < 0.3).astype(np.float64)
            found = auc_interval(dice.normal(size=300) + labels, labels)
            held += found.low <= 0.7602 <= found.high  # Φ(1/√2)
        assert 180 <= held <= 199

    def test_of_the_base_rate_have_no_skill(self) -> None:
        """To tell everybody the base rate is calibrated and worth nothing."""
        labels = np.asarray([1.0] * 30 + [0.0] * 70)
        found = figures(np.full(100, 0.3), labels)
        assert found.brier_skill == pytest.approx(0.0)
        assert found.ece == pytest.approx(0.0)
        assert not found.has_lift


class TestTheLeakAudit:
    def test_asks_about_what_tells_the_outcome(self) -> None:
        """A column written after the outcome is found; honest ones are not."""
        given = sheet(signal=0.6)
        dice = np.random.default_rng(5)
        late = [60.0 * good + dice.normal(30, 20) for good in given.labels]
        found = LEARNER.audit(
            with_column(given, Numbers(name="callDuration", values=late)), after_shares={}
        )
        (asked,) = [one for one in found if one.signs]
        assert asked.column == "callDuration"
        assert asked.signs == (Sign.ALONE, Sign.GAIN, Sign.NAME)
        assert "known at the moment of scoring" in asked.question

    def test_asks_about_what_stands_for_the_date(self) -> None:
        """A column that follows the order of the rows is asked about, if they have an order."""
        rate = Numbers(name="rate", values=[float(at // 100) for at in range(1_200)])
        for ordered, signs in ((True, (Sign.ORDER,)), (False, ())):
            given = with_column(sheet(signal=0.3, ordered=ordered), rate)
            found = LEARNER.audit(given, after_shares={})
            assert found[-1].signs == signs

    def test_asks_about_what_was_filled_after_the_outcome(self) -> None:
        """Times of writing speak against a column that nothing else would."""
        found = LEARNER.audit(sheet(signal=0.3), after_shares={"noise": 0.4, "size": 0.01})
        signs = {one.column: one.signs for one in found}
        assert signs["noise"] == (Sign.AFTER,)
        assert signs["size"] == ()

    def test_leaves_nothing_out_by_itself(self) -> None:
        """Training waits for the answer; then the column is used or left out, and told."""
        given = permuted(sheet(), seed=1)
        found = LEARNER.audit(given, after_shares={"noise": 0.4})
        with pytest.raises(UnableToTrain, match="noise"):
            LEARNER.train(given, audit=found, answers={})
        used = LEARNER.train(given, audit=found, answers={"noise": Known.BEFORE}).card
        gone = LEARNER.train(given, audit=found, answers={"noise": Known.AFTER}).card
        assert ("noise" in used.columns, used.left_out) == (True, ())
        assert ("noise" in gone.columns, gone.left_out) == (False, ("noise",))


def _first(given: Sheet, count: int) -> tuple[Numbers | Words, ...]:
    return tuple(replace(one, values=list(one.values[:count])) for one in given.columns)


def _with_gaps(given: Sheet) -> Sheet:
    first = given.columns[0]
    assert isinstance(first, Numbers)
    gaps = [float("nan") if at % 5 == 0 else value for at, value in enumerate(first.values)]
    size = given.columns[1]
    assert isinstance(size, Words)
    words = ["" if at % 7 == 0 else word for at, word in enumerate(size.values)]
    return Sheet(
        columns=(
            Numbers(name="visits", values=gaps),
            Words(name="size", values=words),
            given.columns[2],
        ),
        labels=given.labels,
        ordered=given.ordered,
    )


def _of_family(given: Sheet, name: str) -> Trained:
    """Return a kept model of one kind, whichever would have been chosen."""
    recipe = next(one for one in RECIPES if one.name.startswith(name))
    model = recipe.fit(frame_of(given.columns, count=len(given.labels)), labels_of(given))
    assert isinstance(model, Boosted) is (recipe.family is Family.TREES)
    card = trained(given).card
    return Trained(card=card, artefact=kept(card, model, UNCALIBRATED))
