"""What stops everything at this moment."""

from typing import TYPE_CHECKING, Final

from bailiwick.settings import killed

if TYPE_CHECKING:
    from bailiwick.wiring.application import Application

A_PERSON: Final = "a person; to resume: bailiwick halt lift '*' --reason …"


def stops(bailiwick: "Application") -> tuple[str, ...]:
    """Name what stops everything at this moment: the setting, the environment, a person."""
    with bailiwick.units.read() as unit:
        halted = "*" in unit.authority.halts()
    found = (
        ("kill_switch in the settings", bailiwick.settings.policy.kill_switch),
        ("BAILIWICK_KILL_SWITCH", killed()),
        (A_PERSON, halted),
    )
    return tuple(name for name, on in found if on)
