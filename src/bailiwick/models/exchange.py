"""What goes to an endpoint and what comes back, whatever the wire."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bailiwick.domain.model_call import Tier, Usage
from bailiwick.kit.hashing import Canonical


class ChatRole(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """One turn of the conversation."""

    role: ChatRole
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """One attempt."""

    prompt: str
    schema_name: str
    schema: Mapping[str, Canonical]
    messages: tuple[ChatMessage, ...]
    tier: Tier
    tokens_max: int
    temperature_permille: int
    thinking: bool
    tenant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatReply:
    """A reply with text in it; whether it fits the contract is the reader's question."""

    text: str
    model: str
    usage: Usage
    cached: bool = False
    """An AI gateway answered from its cache: it costs nothing (models 2.7)."""


class Endpoint(Protocol):
    """Something that completes chats."""

    @property
    def name(self) -> str:
        """Name the endpoint for records; holds no secret."""
        ...

    def model_for(self, tier: Tier) -> str:
        """Return the model id behind a tier."""
        ...

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Make one attempt. Raises ModelFault."""
        ...
