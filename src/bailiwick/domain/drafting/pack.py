"""The shape of one language's templates; every piece is static text with closed merge fields."""

from dataclasses import dataclass
from datetime import date

from bailiwick.domain.drafting.persona import Footing, Persona
from bailiwick.domain.drafting.place import Angle
from bailiwick.domain.reading import Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One wording of a mail that answers nothing: a subject, how it opens, what it asks."""

    angle: Angle
    footing: Footing = Footing.STRANGER
    key: str
    subject: str
    opening: str
    ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """All templates of one language."""

    language: str
    greeting: str
    closing: str
    thanks: tuple[str, ...]
    asked: tuple[str, ...]
    """Acknowledges topics, in words of the closed list."""
    colleague: tuple[str, ...]
    """Promises a person's answer where approved knowledge has none."""
    question: tuple[str, ...]
    """The same when a question names no topic of the closed list."""
    agreed: tuple[str, ...]
    """Confirms a day that the writer named; `{{hook}}` is the day."""
    next_steps: tuple[tuple[Intent, tuple[str, ...]], ...]
    next_step_other: tuple[str, ...]
    offers: tuple[str, ...]
    """Offers meeting times; `{{slots}}` are the times."""
    reply_subjects: tuple[str, ...]
    letters: tuple[Letter, ...]
    reasons: tuple[tuple[Persona, tuple[str, ...]], ...]
    """What a mail adds for a field of work."""
    opt_out: str
    disclosure: str
    topic_names: tuple[tuple[str, str], ...]
    join: str
    months: tuple[str, ...]
    day: str
    """How day, month and year stand together; `D`, `M`, `Y` are replaced."""

    weekdays: tuple[str, ...]
    """From Monday on."""
    slot: str
    """How `{weekday}`, `{day}` and `{time}` of a meeting stand together."""

    def day_written(self, day: date) -> str:
        """Return a day in words."""
        named = {"D": str(day.day), "M": self.months[day.month - 1], "Y": str(day.year)}
        return "".join(named.get(mark, mark) for mark in self.day)

    def topic_name(self, topic: str) -> str:
        """Return the word for a topic of the closed list, or empty."""
        return dict(self.topic_names).get(topic, "")

    def letters_of(self, angle: Angle, footing: Footing) -> tuple[Letter, ...]:
        """Return the wordings for an angle; those for strangers where a footing has none."""
        fitting = tuple(one for one in self.letters if one.angle is angle)
        own = tuple(one for one in fitting if one.footing is footing)
        return own or tuple(one for one in fitting if one.footing is Footing.STRANGER)

    def reasons_of(self, persona: Persona) -> tuple[str, ...]:
        """Return what a mail may add for a field of work."""
        return dict(self.reasons)[persona]

    def next_step(self, intent: Intent) -> tuple[str, ...]:
        """Return the closing proposals that fit a label."""
        return dict(self.next_steps).get(intent, self.next_step_other)
