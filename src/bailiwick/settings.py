"""Frozen settings, one class per concern; the only reader of the environment.

Values come from the defaults below, then `bailiwick.toml`, then the environment. Unknown keys are
refused, so that a misspelt setting is found at start and not in production.
"""

import os
import tomllib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Final

from bailiwick.domain.fault import SettingsFault
from bailiwick.kit.narrowing import is_mapping, is_sequence

FILE_NAME: Final = "bailiwick.toml"
STRICT_CHECKPOINTS: Final = "LANGGRAPH_STRICT_MSGPACK"
_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"", "0", "false", "no", "off"})


class UnableToReadSettings(SettingsFault):
    """A setting is unknown or has a value that cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """Where rows live."""

    database_url: str = "sqlite:///bailiwick.db"
    """`sqlite:///<path>` or `postgresql://user:password@host/database`."""
    workspace: str = "default"
    """Name of the workspace that commands work in; the service serves all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """How mail leaves and comes in."""

    smtp_url: str = ""
    """`smtp://user:pass@host:port` (STARTTLS if offered) or `smtps://`; empty: nothing is sent."""
    imap_url: str = ""
    """`imaps://user:password@host`; empty: mail is read from files only."""
    sent_by_provider: bool = False
    """The provider files sent mail itself (Gmail, Microsoft 365): absence then proves not sent."""
    dkim_selector: str = ""
    """Name of the key in the DNS."""
    dkim_domain: str = ""
    """Domain that mail is signed for; empty: it is not signed here."""
    dkim_key_file: str = ""
    """The private key, in PEM."""
    unsubscribe_url: str = ""
    """HTTPS address that answers one-click requests (RFC 8058); empty: only a mailto link."""
    mails_a_day: int = 50
    """Mails of campaigns within 24 hours, once providers know the mailbox (capabilities 18.3)."""
    mails_first_day: int = 10
    """The same on the day of its first mail; from there it grows (capabilities 18.3)."""
    warm_up_days: int = 28
    """How long it grows (capabilities 18.3); 0 for a mailbox that providers know already."""
    dns_server: str = ""
    """Name server that `doctor mail` asks, as `127.0.0.1:53`; empty: the system's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """A model endpoint; without a base URL the deterministic rules answer."""

    base_url: str = ""
    """An OpenAI-compatible endpoint, as in `https://api.example.com/v1`."""
    api_key: str = ""
    """Sent over HTTPS, or to an address of your own network."""
    deep: str = ""
    """The model that plans; the other one when left out."""
    quick: str = ""
    """The model that drafts; the other one when left out."""
    structured: str = "json_object"
    """`json_schema`, `json_object` or `strict_tool`, as the endpoint can."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sent with each request, as in `{ x-team = "sales" }`."""
    reads_unsure_replies: bool = False
    """Show the endpoint the text of replies that the classifier is unsure of, to name their label;
    nothing else of a mail is ever shown to a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """How the log is written."""

    json: bool = False
    """One JSON object a line on standard error, with run and trace, without personal data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSettings:
    """What models may use; a day is one of UTC, and rules answer when it is used up."""

    request_tokens: int = 20_000
    """Of one request (source articles, capabilities 28c)."""
    run_tokens: int = 60_000
    """Of one run (capabilities 11); a capability's own ceiling may be lower."""
    day_dollars: str = "5"
    """Of the workspace; empty: none. Ours: a small team's day, ten times over."""
    capability_day_dollars: str = "2"
    """Of each capability; empty: none. Ours: no single one can use up the day."""
    capabilities: Mapping[str, str] = field(default_factory=dict[str, str])
    """Capability to its own ceiling in dollars, in place of the one above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings:
    """The law's numbers that a workspace may tighten, and its own extra rules."""

    rules_folder: str = ""
    """Extra `.cedar` files; they may only forbid."""
    kill_switch: bool = False
    """On: nothing is carried out by what is started with it."""
    touches_max: int = 1
    """Marketing mails to one contact within the window (capabilities 18.3)."""
    touches_days: int = 2
    """How long that window is."""
    restricted: tuple[str, ...] = ()
    """Words that may never leave, beside internal statements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    """Where the seal of the audit chain is kept; both belong outside the database."""

    seal_key_file: str = ".bailiwick/seal.key"
    """The private key that signs; made at the first seal."""
    seals_file: str = ".bailiwick/seals.jsonl"
    """Every seal, one a line; keep a copy on another machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressSettings:
    """Where requests may go that people and data name, such as webhooks."""

    allowed: tuple[str, ...] = ()
    """`host:port` pairs that are local or on another port and may be reached all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSettings:
    """The calendar that replies take meeting times from; only free and busy times are asked for."""

    url: str = ""
    """A CalDAV collection, as in `https://cal.example.com/dana/office/`; empty: none is offered."""
    user: str = ""
    """Who reads it; an account that may only read is enough."""
    password: str = ""
    """Sent to that address alone, over HTTPS or to one that `[egress]` allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CareSettings:
    """How long things are kept, and the list of erasures, which belongs outside the database."""

    erasures_file: str = ".bailiwick/erasures.jsonl"
    """Pseudonyms and salted hashes only; a restore erases again whom it names."""
    keep_days: Mapping[str, str] = field(default_factory=dict[str, str])
    """Days by kind, as `bailiwick retention plan` names them; `0` keeps a kind for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """How planning runs."""

    enabled: bool = True
    """Off: the orchestrator is its deterministic baseline graph."""
    tasks_to: str = ""
    """Mail address of the person whose the tasks are about contacts that nobody owns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceSettings:
    """What is kept of how runs went, and where it is sent beside the own store."""

    enabled: bool = True
    """Off: no spans are made."""
    routine_permille: int = 100
    """Of runs in which nothing stands out; all others are kept (capabilities 28b: 10 %)."""
    slow_seconds: int = 5
    """From here on work is slow and kept (capabilities 28b)."""
    days: int = 14
    """Spans are forgotten after that; ours: two weeks of looking back."""
    spans_max: int = 200_000
    """Of the workspace; the oldest go first. Ours: about 100 MB."""
    otlp_url: str = ""
    """Collector to send kept spans to, with its path: `https://…/v1/traces`; empty: none."""
    otlp_headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sent to the collector with each request, such as its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSettings:
    """What one process of a pool may do; how much may wait is kept in the database."""

    concurrency: int = 3
    """Jobs that one process carries out at once (capabilities 27c)."""
    concurrency_of: Mapping[str, str] = field(default_factory=dict[str, str])
    """The same for single pools, as in `{ email = "5" }`."""
    memory_mb: int = 1_024
    """Data that one process may hold, ours: ten times an idle one; 0 is without a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set."""

    store: StoreSettings = field(default_factory=StoreSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    policy: PolicySettings = field(default_factory=PolicySettings)
    plan: PlanSettings = field(default_factory=PlanSettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    pools: PoolSettings = field(default_factory=PoolSettings)
    trace: TraceSettings = field(default_factory=TraceSettings)
    egress: EgressSettings = field(default_factory=EgressSettings)
    calendar: CalendarSettings = field(default_factory=CalendarSettings)
    budget: BudgetSettings = field(default_factory=BudgetSettings)
    care: CareSettings = field(default_factory=CareSettings)
    log: LogSettings = field(default_factory=LogSettings)
    source: str = ""
    """The file that was read, or empty."""


ENVIRONMENT: Final[dict[str, tuple[str, str]]] = {
    "BAILIWICK_DATABASE_URL": ("store", "database_url"),
    "BAILIWICK_WORKSPACE": ("store", "workspace"),
    "BAILIWICK_SMTP_URL": ("mail", "smtp_url"),
    "BAILIWICK_IMAP_URL": ("mail", "imap_url"),
    "BAILIWICK_MODEL_BASE_URL": ("model", "base_url"),
    "BAILIWICK_MODEL_API_KEY": ("model", "api_key"),
    "BAILIWICK_MODEL_DEEP": ("model", "deep"),
    "BAILIWICK_MODEL_QUICK": ("model", "quick"),
    "BAILIWICK_CALENDAR_PASSWORD": ("calendar", "password"),
    "BAILIWICK_KILL_SWITCH": ("policy", "kill_switch"),
    "BAILIWICK_TRACE": ("trace", "enabled"),
    "BAILIWICK_OTLP_URL": ("trace", "otlp_url"),
    "BAILIWICK_LOG_JSON": ("log", "json"),
}
"""Variable to (concern, setting)."""


def read(folder: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the file in a folder (the current one by default), then the environment over it.

    Raises UnableToReadSettings, which names the key, the value and what is expected.
    """
    path = (folder or Path()) / FILE_NAME
    settings = Settings()
    if path.is_file():
        settings = replace(_with_file(settings, path), source=str(path))
    found = os.environ if environment is None else environment  # noqa: TID251 - the one place
    for variable, (concern, name) in ENVIRONMENT.items():
        value = found.get(variable)
        if value is not None:
            settings = _with_value(settings, concern, name, value, origin=variable)
    return settings


def demand_strict_checkpoints(environment: MutableMapping[str, str] | None = None) -> None:
    """Have LangGraph refuse stored types that it does not know; it looks once, when imported.

    Raises UnableToReadSettings when somebody has set it otherwise.
    """
    found = os.environ if environment is None else environment  # noqa: TID251 - the one place
    if found.setdefault(STRICT_CHECKPOINTS, "true").lower() not in {"1", "true", "yes"}:
        message = f"{STRICT_CHECKPOINTS} must be true: stored bytes could name code to run"
        raise UnableToReadSettings(message)


def killed(environment: Mapping[str, str] | None = None) -> bool:
    """Tell whether the environment's kill switch is on at this moment."""
    found = os.environ if environment is None else environment  # noqa: TID251 - the one place
    return found.get("BAILIWICK_KILL_SWITCH", "").strip().lower() in _TRUE


def _with_file(settings: Settings, path: Path) -> Settings:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path} is not valid TOML: {error}"
        raise UnableToReadSettings(message) from error
    for concern, values in content.items():
        if not is_mapping(values):
            message = f"{path}: {concern!r} must be a section, such as [store]"
            raise UnableToReadSettings(message)
        for name, value in values.items():
            settings = _with_value(settings, concern, str(name), value, origin=str(path))
    return settings


def _with_value(
    settings: Settings, concern: str, name: str, value: object, *, origin: str
) -> Settings:
    concerns = {f.name for f in fields(Settings)} - {"source"}
    if concern not in concerns:
        message = f"{origin}: unknown section [{concern}]; known are {', '.join(sorted(concerns))}"
        raise UnableToReadSettings(message)
    part = getattr(settings, concern)
    known = {f.name for f in fields(part)}
    if name not in known:
        message = f"{origin}: [{concern}] has no {name!r}; known are {', '.join(sorted(known))}"
        raise UnableToReadSettings(message)
    typed = _typed(getattr(part, name), value, where=f"{origin}: [{concern}] {name}")
    return replace(settings, **{concern: replace(part, **{name: typed})})


def _typed(default: object, value: object, *, where: str) -> object:
    if isinstance(default, bool):
        return _boolean(value, where=where)
    if isinstance(default, int) and not isinstance(value, bool):
        try:
            return int(str(value))
        except ValueError as error:
            message = f"{where} must be a whole number, not {value!r}"
            raise UnableToReadSettings(message) from error
    if isinstance(default, str) and isinstance(value, str):
        return value.strip()
    if is_sequence(default) and is_sequence(value):
        return tuple(str(v) for v in value)
    if is_mapping(default) and is_mapping(value):
        return {str(k): str(v) for k, v in value.items()}
    message = f"{where} must be {type(default).__name__}, not {type(value).__name__}"
    raise UnableToReadSettings(message)


def _boolean(value: object, *, where: str) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    message = f"{where} must be true or false, not {value!r}"
    raise UnableToReadSettings(message)
