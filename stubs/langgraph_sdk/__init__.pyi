# What the tests of the compatible API use of the official SDK, whose own hints are half unknown.
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Self

class StreamPart:
    event: str
    data: object
    id: str | None

class Calls:
    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]: ...

class RunCalls(Calls):
    def stream(self, *args: object, **options: object) -> AsyncIterator[StreamPart]: ...
    def join_stream(self, *args: object, **options: object) -> AsyncIterator[StreamPart]: ...

class LangGraphClient:
    http: Calls
    assistants: Calls
    threads: Calls
    runs: RunCalls
    crons: Calls
    store: Calls
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        frames: TracebackType | None,
    ) -> None: ...

def get_client(*, url: str, api_key: str | None = None) -> LangGraphClient: ...
