"""What the tests of the OpenAI-compatible adapter share."""

from bailiwick.domain.model_call import Tier
from bailiwick.models.endpoint_settings import EndpointSettings
from bailiwick.models.exchange import ChatMessage, ChatRequest, ChatRole

REQUEST = ChatRequest(
    prompt="probe/classify",
    schema_name="Label",
    schema={"type": "object"},
    messages=(ChatMessage(role=ChatRole.USER, content="hello"),),
    tier=Tier.DEEP,
    tokens_max=50,
    temperature_permille=200,
    thinking=False,
    tenant="pseudonym",
)


def settings_for(base_url: str, **changes: object) -> EndpointSettings:
    made = EndpointSettings(
        base_url=base_url, api_key="key-1", quick="small", deep="large", read_seconds=10.0
    )
    for name, value in changes.items():
        object.__setattr__(made, name, value)
    return made
