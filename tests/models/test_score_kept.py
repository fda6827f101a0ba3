"""A kept model comes back as it was, or not at all."""

import json
from base64 import b64encode
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import skops.io
from sklearn.isotonic import IsotonicRegression
from tests.models.scores_world import sheet

from bailiwick.models.scores import kept as module
from bailiwick.models.scores.kept import UnableToOpenModel, brought_back
from bailiwick.models.scores.learner import ScikitLearner
from bailiwick.ports.learner import ARTEFACT_BYTES_MAX

LEARNER = ScikitLearner()


class Stranger:
    """A type that no kept model may name."""


@pytest.fixture(scope="module")
def artefact() -> bytes:
    return LEARNER.train(sheet(), audit=(), answers={}).artefact


def resealed(artefact: bytes, **changes: object) -> bytes:
    """Return a model with another body under a hash that fits."""
    outer = json.loads(artefact)
    body = json.dumps({**json.loads(outer["body"]), **changes})
    return json.dumps({**outer, "body": body, "sha256": sha256(body.encode()).hexdigest()}).encode()


class TestAKeptModel:
    def test_comes_back_with_its_card(self, artefact: bytes) -> None:
        """What was measured is kept with the model."""
        card = LEARNER.open(artefact).card
        assert card == LEARNER.train(sheet(), audit=(), answers={}).card

    def test_is_refused_when_it_was_changed(self, artefact: bytes) -> None:
        """One changed character is noticed."""
        with pytest.raises(UnableToOpenModel, match="changed"):
            brought_back(artefact.replace(b"intercept", b"intercepx", 1))

    @pytest.mark.parametrize("wrong", [b"", b"{}", b"[]", b"\x80\x04N."])
    def test_is_nothing_else(self, wrong: bytes) -> None:
        """A pickle, or any other file, is no model."""
        with pytest.raises(UnableToOpenModel, match="no model of ours"):
            brought_back(wrong)

    def test_is_bounded(self) -> None:
        """A file that is too large is not even read as JSON."""
        with pytest.raises(UnableToOpenModel, match="bound"):
            brought_back(b" " * (ARTEFACT_BYTES_MAX + 1))

    def test_has_as_many_weights_as_cells(self, artefact: bytes) -> None:
        """A body that contradicts itself is refused, whatever its hash."""
        with pytest.raises(UnableToOpenModel, match="do not fit"):
            brought_back(resealed(artefact, trees="", weights=[1.0], means=[0.0]))


class TestTreesInside:
    def test_may_name_no_other_type(self, artefact: bytes) -> None:
        """A type outside the list is not made, though the hash fits."""
        hostile = b64encode(skops.io.dumps(Stranger())).decode()
        with pytest.raises(UnableToOpenModel, match="Untrusted"):
            brought_back(resealed(artefact, trees=hostile))

    def test_are_trees(self, artefact: bytes) -> None:
        """A harmless model of another kind is refused by its name."""
        other = b64encode(skops.io.dumps(IsotonicRegression())).decode()
        with pytest.raises(UnableToOpenModel, match="IsotonicRegression"):
            brought_back(resealed(artefact, trees=other))

    def test_are_no_broken_archive(self, artefact: bytes) -> None:
        """Bytes that are no archive are refused."""
        with pytest.raises(UnableToOpenModel):
            brought_back(resealed(artefact, trees=b64encode(b"PK nothing").decode()))

    def test_unpack_to_a_bounded_size(self, artefact: bytes) -> None:
        """A small archive of much is refused before it is unpacked."""
        bomb = BytesIO()
        with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
            archive.writestr("schema.json", b"0" * (module.UNPACKED_BYTES_MAX + 1))
        with pytest.raises(UnableToOpenModel, match="unpacks to"):
            brought_back(resealed(artefact, trees=b64encode(bomb.getvalue()).decode()))

    def test_need_no_type_beyond_the_list(self) -> None:
        """The list of trusted types names nothing that scikit-learn's trees do not need."""
        assert all(name.startswith("sklearn.") for name in module.TRUSTED)
