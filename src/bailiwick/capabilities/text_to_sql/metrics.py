"""The metric catalogue as it is shipped: `metrics.toml`, read once."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from bailiwick.domain.question.catalogue import (
    Catalogue,
    Metric,
    Metrics,
    Shape,
    Source,
    stemmed,
)

PACKAGE: Final = "bailiwick.capabilities.text_to_sql"
FILE: Final = "metrics.toml"


class _Source(BaseModel):
    """Tables that metrics are about."""

    model_config = ConfigDict(extra="forbid")

    tables: str
    dimensions: Mapping[str, str]


class _Metric(BaseModel):
    """One metric as written."""

    model_config = ConfigDict(extra="forbid")

    id: str
    title: str
    definition: str
    source: str
    shape: Shape
    select: str
    where: str = ""
    group: str = ""
    order: str = ""
    money: bool = False
    dated_by: str = ""
    period_days: int = 0
    asks: tuple[str, ...] = Field(min_length=1)


class _File(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    sources: Mapping[str, _Source]
    dimensions: Mapping[str, str]
    synonyms: Mapping[str, str]
    metrics: tuple[_Metric, ...]


@lru_cache(maxsize=1)
def shipped() -> Metrics:
    """Return the catalogue."""
    text = files(PACKAGE).joinpath(FILE).read_text(encoding="utf-8")
    read = _File.model_validate(tomllib.loads(text))
    sources = {
        name: Source(name=name, tables=one.tables, dimensions=one.dimensions)
        for name, one in read.sources.items()
    }
    metrics = tuple(
        Metric(
            metric_id=one.id,
            title=one.title,
            definition=one.definition,
            source=sources[one.source],
            shape=one.shape,
            select=one.select,
            where=one.where,
            group=one.group,
            order=one.order,
            money=one.money,
            dated_by=one.dated_by,
            period_days=one.period_days,
            asks=one.asks,
        )
        for one in read.metrics
    )
    catalogue = Catalogue(
        metrics=metrics, synonyms=stemmed(read.synonyms), dimensions=stemmed(read.dimensions)
    )
    return Metrics(catalogue)
