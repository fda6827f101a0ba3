"""The JSON schema of an output contract, in the one shape that all structured modes accept."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from pydantic import BaseModel, JsonValue

from bailiwick.kit.hashing import Canonical

CONTRACTS_COUNT_MAX: Final = 256  # ours: several times the Asks there are
_NOISE: Final = frozenset({"title", "default"})
# OpenAI's and DeepSeek's strict modes want every property required and no others (models 2.4).


@lru_cache(maxsize=CONTRACTS_COUNT_MAX)
def contract_schema(output: type[BaseModel]) -> Mapping[str, Canonical]:
    """Return the schema with all properties required, none extra, titles and defaults dropped.

    Raises TypeError for a bound that is no whole number: write `ge=0, le=1`, or scale it.
    """
    schema: Mapping[str, JsonValue] = output.model_json_schema()
    return _node(schema)


def _node(node: Mapping[str, JsonValue]) -> dict[str, Canonical]:
    plain: dict[str, Canonical] = {}
    for key, value in node.items():
        if key in {"properties", "$defs"} and isinstance(value, dict):
            plain[key] = {name: _value(inner) for name, inner in value.items()}
        elif key not in _NOISE:
            plain[key] = _value(value)
    properties = node.get("properties")
    if isinstance(properties, dict):
        plain["required"] = sorted(properties)
        plain["additionalProperties"] = False
    return plain


def _value(value: JsonValue) -> Canonical:
    if isinstance(value, dict):
        return _node(value)
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, float):
        if value.is_integer():
            return int(value)
        message = f"a schema bound of {value} is no whole number; scale the quantity"
        raise TypeError(message)
    return value
