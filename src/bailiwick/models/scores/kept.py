"""A trained model as one JSON document: plain numbers, trees by skops, never a pickle."""

from base64 import b64decode, b64encode
from hashlib import sha256
from io import BytesIO
from typing import Any, Final, Literal
from zipfile import BadZipFile, ZipFile

import skops.io
from pydantic import BaseModel, ConfigDict
from sklearn.ensemble import HistGradientBoostingClassifier
from skops.io.exceptions import UntrustedTypesFoundException

from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.score.card import Card
from bailiwick.models.scores.calibration import Calibrator
from bailiwick.models.scores.encoding import Encoding
from bailiwick.models.scores.linear import Linear
from bailiwick.models.scores.trees import Boosted, opened
from bailiwick.ports.learner import ARTEFACT_BYTES_MAX

UNPACKED_BYTES_MAX: Final = 4 * ARTEFACT_BYTES_MAX  # ours: no archive that unpacks to a disk
FORMAT: Final = "bailiwick.score/1"
TRUSTED: Final = (
    "sklearn._loss.link.Interval",
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn._loss._loss.CyHalfBinomialLoss",
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)
"""The only types that a kept model may name besides those that skops knows to be harmless."""

_BROKEN: Final = (ValueError, KeyError, TypeError, BadZipFile)
"""What JSON, base 64, zip and skops say of bytes that are not theirs."""


class UnableToOpenModel(IntegrityFault):
    """A kept model is damaged, too large, or not of our making."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    card: Card
    calibrator: Calibrator
    encoding: Encoding
    intercept: float = 0.0
    weights: tuple[float, ...] = ()
    means: tuple[float, ...] = ()
    trees: str = ""


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["bailiwick.score/1"]
    sha256: str
    body: str


def kept(card: Card, model: Linear | Boosted, calibrator: Calibrator) -> bytes:
    """Return a model as it is kept."""
    if isinstance(model, Linear):
        body = _Body(
            card=card, calibrator=calibrator, encoding=model.encoding,
            intercept=model.intercept, weights=model.weights, means=model.means,
        )  # fmt: skip
    else:
        trees = b64encode(skops.io.dumps(model.model)).decode("ascii")
        body = _Body(card=card, calibrator=calibrator, encoding=model.encoding, trees=trees)
    text = body.model_dump_json()
    return _Kept(format=FORMAT, sha256=_hash(text), body=text).model_dump_json().encode()


def brought_back(artefact: bytes) -> tuple[Card, Linear | Boosted, Calibrator]:
    """Return a model that was kept. Raises UnableToOpenModel."""
    if len(artefact) > ARTEFACT_BYTES_MAX:
        message = f"a model of {len(artefact)} bytes is above the bound of {ARTEFACT_BYTES_MAX}"
        raise UnableToOpenModel(message)
    try:
        outer = _Kept.model_validate_json(artefact)
        if _hash(outer.body) != outer.sha256:
            message = "the model was changed after it was trained; train it again"
            raise UnableToOpenModel(message)
        body = _Body.model_validate_json(outer.body)
        return body.card, _model(body), body.calibrator
    except (*_BROKEN, UntrustedTypesFoundException) as broken:
        message = f"this is no model of ours ({type(broken).__name__}); train it again"
        raise UnableToOpenModel(message) from broken


def _model(body: _Body) -> Linear | Boosted:
    if not body.trees:
        if not len(body.weights) == len(body.means) == body.encoding.width:
            message = "the model's weights do not fit its columns; train it again"
            raise UnableToOpenModel(message)
        return Linear(
            encoding=body.encoding, intercept=body.intercept,
            weights=body.weights, means=body.means,
        )  # fmt: skip
    packed = b64decode(body.trees, validate=True)
    with ZipFile(BytesIO(packed)) as archive:
        unpacked = sum(one.file_size for one in archive.infolist())
    if unpacked > UNPACKED_BYTES_MAX:
        message = f"the model unpacks to {unpacked} bytes; the bound is {UNPACKED_BYTES_MAX}"
        raise UnableToOpenModel(message)
    found: Any = skops.io.loads(packed, trusted=list(TRUSTED))
    if not isinstance(found, HistGradientBoostingClassifier):
        message = f"the model holds a {type(found).__name__} and no trees; train it again"
        raise UnableToOpenModel(message)
    return opened(body.encoding, found)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
