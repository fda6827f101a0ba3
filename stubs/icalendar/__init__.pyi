# The part of icalendar 7.3 that `bailiwick/connectors/calendar` uses.

from collections.abc import Mapping
from datetime import date, datetime

class vPeriod:
    params: Mapping[str, str]
    start: date | datetime
    end: date | datetime

class Component:
    @classmethod
    def from_ical(cls, st: str | bytes) -> Component: ...
    def walk(self, name: str | None = ...) -> list[Component]: ...
    def get(self, key: str) -> vPeriod | list[vPeriod] | None: ...

class Calendar(Component): ...
