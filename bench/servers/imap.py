"""A real IMAP server for tests: pymap with its dict backend, in a thread of this process."""

import argparse
import asyncio
import threading
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Final

from pymap.backend.dict import Config, DictBackend
from pymap.backend.dict.mailbox import MailboxSet
from pymap.imap import IMAPService
from pymap.parsing.message import AppendMessage
from pysasl.hashing import BuiltinHash

from bailiwick.connectors.mailbox.imap_account import ImapAccount, imap_account
from bailiwick.connectors.mailbox.imap_session import ImapSession, UnableToReadFolder
from bench.servers.smtp import free_port

WAIT_SECONDS: Final = 20
ARRIVED: Final = datetime(2026, 7, 14, 9, 12, tzinfo=UTC)


class PymapServer:
    """pymap with its dict backend, in a thread of this process."""

    def __init__(self, user: str, *, folders: tuple[str, ...] = ("Sent",)) -> None:
        self.user = user
        self.port = free_port()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(folders,), daemon=True)
        self._thread.start()
        assert self._ready.wait(WAIT_SECONDS)

    @property
    def account(self) -> ImapAccount:
        """Return how our adapters log in."""
        return imap_account(self.url)

    @property
    def url(self) -> str:
        """Return the address with user and password."""
        return f"imap://{self.user}:p%40ss@127.0.0.1:{self.port}"

    def _run(self, folders: tuple[str, ...]) -> None:
        self._loop.run_until_complete(self._serve(folders))
        self._loop.close()

    async def _serve(self, folders: tuple[str, ...]) -> None:
        parser = argparse.ArgumentParser()
        IMAPService.add_arguments(parser)
        parser.set_defaults(debug=False, passlib_cfg=None, proxy_protocol=None)
        DictBackend.add_subparser("dict", parser.add_subparsers())
        args = parser.parse_args(
            ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls",
             "dict", "--demo-user", self.user, "--demo-password", "p@ss"]
        )  # fmt: skip
        backend, self._config = await DictBackend.init(
            args,
            hash_context=BuiltinHash(rounds=1),  # a test logs in often
        )
        self._config.apply_context()
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            await IMAPService(backend, self._config).start(stack)
            identity = await backend.login.authorize(backend.login.demo_user_identity, self.user)
            async with identity.new_session():
                for name in folders:
                    await self._boxes().add_mailbox(name)
            self._lasting = asyncio.all_tasks()
            self._ready.set()
            await self._stop.wait()
            others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await asyncio.sleep(0)  # transports close in the next turn of the loop

    def _boxes(self) -> MailboxSet:
        config: Config = self._config
        return config.set_cache[self.user][0]

    def _do(self, work: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_SECONDS)

    def deliver(self, folder: str, raw: bytes) -> None:
        """Put a mail into a folder."""

        async def work() -> None:
            box = await self._boxes().get_mailbox(folder)
            await box.append(AppendMessage(raw, ARRIVED, frozenset()))

        self._do(work())

    def expunge(self, folder: str, place: int) -> None:
        """Remove the mail at a place of a folder."""

        async def work() -> None:
            box = await self._boxes().get_mailbox(folder)
            uids = [mail.uid async for mail in box.messages()]
            await box.delete([uids[place]])

        self._do(work())

    def renumber(self, folder: str) -> None:
        """Give a folder another UIDVALIDITY, with the same mails."""

        async def work() -> None:
            # The renamed inbox leaves a new one behind, whose UIDs begin again.
            await self._boxes().rename_mailbox(folder, "Old")
            old = await self._boxes().get_mailbox("Old")
            new = await self._boxes().get_mailbox(folder)
            assert old.uid_validity != new.uid_validity
            for uid in [mail.uid async for mail in old.messages()]:
                await old.copy(uid, new)
            await self._boxes().delete_mailbox("Old")

        self._do(work())

    def hang_up(self) -> None:
        """Drop the connections that are open now."""

        async def work() -> None:
            others = [t for t in asyncio.all_tasks() if t not in self._lasting]
            others = [t for t in others if t is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        self._do(work())

    def go_away(self) -> None:
        """Stop the server."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(WAIT_SECONDS)

    def contents(self, folder: str) -> tuple[bytes, ...]:
        """Return the mails of a folder."""
        with_session = ImapSession(self.account)
        try:
            with_session.examine(folder)
            bodies = with_session.bodies(with_session.search("ALL"))
            return tuple(bodies.values())
        except UnableToReadFolder:
            return ()
        finally:
            with_session.close()
