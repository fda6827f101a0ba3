"""Reads `reply_labels.json`, the trained classifier of replies, once and when first asked."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.reader.weights import SCALE, Weights
from bailiwick.domain.reading import Intent

FILE: Final = "reply_labels.json"


class ReplyLabels(BaseModel):
    """The file as it is shipped."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["bailiwick.reply-labels/1"]
    version: str
    made_by: str
    seed: int
    trained_on: str
    scale: Literal[100]
    labels: tuple[Intent, ...]
    intercepts: tuple[int, ...]
    temperature_permille: int
    act_permille: int
    risk_permille: int
    held_out_permille: Mapping[str, int]
    weights: Mapping[str, tuple[int, ...]]


@cache
def published_reply_labels() -> ReplyLabels:
    """Return the shipped file. Raises SettingsFault when it cannot be used."""
    return read_reply_labels(files("bailiwick").joinpath("models", FILE).read_bytes())


@cache
def published_weights() -> Weights:
    """Return the shipped classifier. Raises SettingsFault when its file cannot be used."""
    return weights_of(published_reply_labels())


def read_reply_labels(content: bytes) -> ReplyLabels:
    """Check a file. Raises SettingsFault when it is not of the one form."""
    try:
        found = ReplyLabels.model_validate_json(content)
    except ValidationError as broken:
        first = broken.errors()[0]
        where = ".".join(str(one) for one in first["loc"])
        text = f"{FILE} cannot be used: {where}: {first['msg']}; train it anew"
        raise SettingsFault(text) from broken
    rows = (found.intercepts, *found.weights.values())
    if any(len(row) != len(found.labels) for row in rows) or set(found.labels) != set(Intent):
        text = f"{FILE} cannot be used: labels and weights differ; train it anew"
        raise SettingsFault(text)
    return found


def weights_of(found: ReplyLabels) -> Weights:
    """Return the classifier that a checked file holds."""
    assert found.scale == SCALE, "a file of the one form has the one scale"
    return Weights(
        version=found.version,
        labels=found.labels,
        intercepts=found.intercepts,
        table=found.weights,
        temperature_permille=found.temperature_permille,
        act_permille=found.act_permille,
        risk_permille=found.risk_permille,
        trained_on=found.trained_on,
    )
