import json
from importlib.resources import files

import pytest

from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.reading import Intent
from bailiwick.models.reply_labels import (
    published_reply_labels,
    published_weights,
    read_reply_labels,
)


def shipped() -> dict[str, object]:
    content = files("bailiwick").joinpath("models", "reply_labels.json").read_bytes()
    read: dict[str, object] = json.loads(content)
    return read


def test_the_shipped_file_is_read() -> None:
    """It knows all ten labels and has a weight of each for every feature."""
    weights = published_weights()
    assert set(weights.labels) == set(Intent)
    assert all(len(row) == len(weights.labels) for row in weights.table.values())
    assert published_reply_labels().version == weights.version


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", "bailiwick.reply-labels/2"),
        ("labels", ["interested"]),
        ("intercepts", [1]),
        ("weights", {"yes": [1, 2]}),
        ("added", 1),
    ],
)
def test_another_form_is_refused(field: str, value: object) -> None:
    """A file of another form, or whose rows do not fit, is named and not used."""
    changed = {**shipped(), field: value}
    with pytest.raises(SettingsFault, match=r"reply_labels\.json cannot be used"):
        read_reply_labels(json.dumps(changed).encode())
