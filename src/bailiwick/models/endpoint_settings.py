"""What is to be known of one endpoint; every vendor difference is a value here, not a branch."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.public_address import is_loopback
from bailiwick.kit.hashing import Canonical
from bailiwick.models.completion import StructuredMode
from bailiwick.models.prices import PriceRow

_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OURS: Final = frozenset({"host", "content-length", "content-type", "transfer-encoding"})


def _nothing() -> Mapping[str, Canonical]:
    return {}


def _no_headers() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSettings:
    """One endpoint (models 2.3). Raises SettingsFault when it cannot be used."""

    base_url: str
    api_key: str = field(default="", repr=False)
    quick: str
    """Model id of the quick tier."""
    deep: str
    """Model id of the deep tier."""
    headers: Mapping[str, str] = field(default_factory=_no_headers, repr=False)
    """Sent exactly; nothing else is, but the few that HTTP needs."""
    structured: StructuredMode = StructuredMode.JSON_OBJECT
    """The mode that every endpoint of models 2.4 takes; the reader is strict in any case."""
    body: Mapping[str, Canonical] = field(default_factory=_nothing)
    thinking_on: Mapping[str, Canonical] = field(default_factory=_nothing)
    thinking_off: Mapping[str, Canonical] = field(default_factory=_nothing)
    """For example `{"thinking": {"type": "disabled"}}` where thinking is on by default."""
    tenant_field: str = ""
    connect_seconds: float = 5.0  # models 2.3
    read_seconds: float = 60.0  # models 2.3
    price: PriceRow | None = None
    """A price of your own, such as zeros for a model on your own machine."""

    def __post_init__(self) -> None:
        """Refuse what would fail later, or leak."""
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = "model base URL must start with http:// or https:// and name a host"
            raise SettingsFault(message)
        if parts.username is not None or parts.query or parts.fragment:
            message = "model base URL must hold no user, query or fragment; use key and headers"
            raise SettingsFault(message)
        if parts.scheme == "http" and self.api_key and not is_private(parts.hostname):
            message = f"model key would go to {parts.hostname!r} in clear text; use https://"
            raise SettingsFault(message)
        if not self.quick or not self.deep:
            message = "an endpoint needs a model id for the quick and the deep tier"
            raise SettingsFault(message)
        _check_headers(self.api_key, self.headers)

    @property
    def name(self) -> str:
        """Name the endpoint by host and port."""
        return urlsplit(self.base_url).netloc

    @property
    def loopback(self) -> bool:
        """Whether requests stay on this machine."""
        return is_loopback(urlsplit(self.base_url).hostname or "")


def is_private(host: str) -> bool:
    """Tell whether a host is on this machine or a private network, as far as its name shows."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        # A name without a dot is resolved by the local network: a container or a machine next door.
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))


def _check_headers(api_key: str, headers: Mapping[str, str]) -> None:
    for name, value in (("authorization", api_key), *headers.items()):
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OURS:
            message = f"model header {name!r} cannot be set"
            raise SettingsFault(message)
        if not value.isascii() or any(ord(c) < ord(" ") for c in value):
            message = f"value of model header {name!r} must be plain ASCII on one line"
            raise SettingsFault(message)
