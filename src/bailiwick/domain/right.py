"""What a caller may do through a surface: each route needs one right, and the law grants it."""

from enum import StrEnum


class Right(StrEnum):
    """One kind of thing that people and keys do; also the scopes that a key can be given."""

    SELF = "self"
    """Look after one's own session, password and keys."""
    READ = "read"
    """See customers' rows, mail, plans, cards, runs and their state."""
    SIGNAL = "signal"
    """Tell of something that happened outside, such as a form that was filled in."""
    RUN = "run"
    """Start, watch and cancel runs and plans."""
    WRITE = "write"
    """Change customers' rows, answer tasks, import files, keep things in the store."""
    DECIDE = "decide"
    """Approve, edit or reject what waits for a person."""
    AUDIT = "audit"
    """Read records, prove the chain, see traces."""
    OPERATE = "operate"
    """Look after pools, schedules, dead letters and effects in doubt."""
    EDIT_STATE = "edit_state"
    """Rewrite a thread's state, which can rewrite a plan that waits for approval."""
    HALT = "halt"
    """Stop and resume: the kill switch."""
    GRANT = "grant"
    """Raise or take back the autonomy of capabilities."""
    STAFF = "staff"
    """Add people, give roles, issue keys for others."""
    ADMINISTER = "administer"
    """Webhooks, budgets, retention, erasure, export of a person, backup."""
