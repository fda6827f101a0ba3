"""Names at the compatible door: an assistant is a capability, a run's UUID is our id's 128 bits.

An assistant's id is derived from its graph's name in the way that every server of this API does
it, so a client finds the same id on each of them.
"""

from functools import lru_cache
from http import HTTPStatus
from typing import Final, NewType
from uuid import UUID, uuid5

from bailiwick.api.problem import missing, refuse
from bailiwick.control.load import capability_names
from bailiwick.domain.cron import CronId
from bailiwick.domain.ids import PREFIX, RunId
from bailiwick.domain.thread import GraphThreadId
from bailiwick.kit.ids import as_uuid, from_uuid

AssistantId = NewType("AssistantId", str)
NAMESPACE: Final = UUID("6ba7b821-9dad-11d1-80b4-00c04fd430c8")  # api-compat 3


def assistant_id(capability: str) -> AssistantId:
    """Return the id of a capability as an assistant."""
    return AssistantId(str(uuid5(NAMESPACE, capability)))


def capability_of(name: str) -> str:
    """Return the capability that a client names by UUID or by name.

    Raises Refusal: 404 for a UUID of nothing, 422 for a name of nothing.
    """
    known = _known()
    if name in known:
        return known[name]
    uuid = _uuid(name)
    if uuid in known:
        return known[uuid]
    if uuid is not None:
        what = "assistant"
        raise missing(what, uuid)
    detail = f"there is no graph {name!r}; graphs are: {', '.join(dict.fromkeys(known.values()))}"
    raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, detail)


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """Return capabilities by name and by id; looking for entry points reads every distribution.

    What is installed later is found after a restart.
    """
    names = capability_names()
    return {name: name for name in names} | {assistant_id(name): name for name in names}


def thread_id_of(text: str) -> GraphThreadId:
    """Return a thread's id. Raises Refusal (422) when it is no UUID."""
    return GraphThreadId(_required(text, "thread"))


def run_id_of(text: str) -> RunId:
    """Return the run that a UUID stands for. Raises Refusal (422) when it is no UUID."""
    return RunId(from_uuid(PREFIX["run"], _required(text, "run")))


def run_uuid(run_id: RunId) -> str:
    """Return a run's id as clients see it."""
    return as_uuid(run_id)


def cron_id_of(text: str) -> CronId:
    """Return the cron that a UUID stands for. Raises Refusal (422) when it is no UUID."""
    return CronId(from_uuid(PREFIX["cron"], _required(text, "cron")))


def _required(text: str, what: str) -> str:
    uuid = _uuid(text)
    if uuid is None:
        raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, f"Invalid {what} ID: must be a UUID")
    return uuid


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None
