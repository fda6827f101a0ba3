"""The conversation about schedules and the key-value store."""

from typing import TYPE_CHECKING

from tests.e2e.compat.talk_catalogue import NOBODY

if TYPE_CHECKING:
    from langgraph_sdk import LangGraphClient
    from tests.e2e.compat.transcript import Transcript


async def talk_crons(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Make, find, change and delete a schedule."""
    call, crons = transcript.call, client.crons
    made = await call(
        "crons.create",
        crons.create(
            "probe_echo",
            schedule="27 15 * * *",
            timezone="Europe/Berlin",
            input={"text": "daily"},
            metadata={"purpose": "conversation"},
        ),
    )
    cron_id = made.text("cron_id")
    await call("crons.search", crons.search(limit=5))
    await call("crons.count", crons.count())
    await call("crons.update", crons.update(cron_id, schedule="0 6 * * 1", enabled=False))
    await call("crons.wrong", crons.create("probe_echo", schedule="not a schedule", input={}))
    await call("crons.update.missing", crons.update(NOBODY, enabled=False))
    thread_id = (await call("crons.thread", client.threads.create())).text("thread_id")
    await call(
        "crons.create.thread",
        crons.create_for_thread(
            thread_id, "probe_echo", schedule="0 0 1 1 *", input={"text": "yearly"}
        ),
    )
    on_thread = transcript.answers["crons.create.thread"].text("cron_id")
    await call("crons.delete", crons.delete(cron_id))
    await call("crons.delete.again", crons.delete(cron_id))
    await call("crons.delete.thread", crons.delete(on_thread))


async def talk_store(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Put, read, search and delete items."""
    call, store = transcript.call, client.store
    place = ["conversation", "people"]
    await call("store.put", store.put_item(place, key="ada", value={"likes": "tea", "age": 36}))
    await call("store.put.other", store.put_item(place, key="bob", value={"likes": "coffee"}))
    await call("store.put.ttl", store.put_item(place, key="eve", value={"a": 1}, ttl=60))
    await call("store.get", store.get_item(place, key="ada"))
    await call("store.get.missing", store.get_item(place, key="nobody"))
    await call("store.search", store.search_items(["conversation"], limit=10))
    await call("store.search.filter", store.search_items(place, filter={"likes": "tea"}))
    await call("store.search.page", store.search_items(place, limit=1, offset=1))
    await call("store.namespaces", store.list_namespaces(prefix=["conversation"]))
    await call("store.namespaces.depth", store.list_namespaces(max_depth=1, limit=5))
    await call("store.put.period", client.http.put("/store/items", json=_dotted()))
    await call("store.delete", store.delete_item(place, key="ada"))
    await call("store.get.deleted", store.get_item(place, key="ada"))
    await call("store.delete.missing", store.delete_item(place, key="nobody"))
    await call("store.delete.other", store.delete_item(place, key="bob"))
    await call("store.delete.ttl", store.delete_item(place, key="eve"))


def _dotted() -> dict[str, object]:
    return {"namespace": ["a.b"], "key": "k", "value": {}}
