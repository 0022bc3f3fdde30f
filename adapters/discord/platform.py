"""Discord as the quiz sees it: a place to post cards in, and people who ask."""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

import aiohttp
import discord
from discord.http import Route as Address
from pydantic import SecretStr

from adapters.discord.client import Client
from adapters.discord.history import ours
from adapters.discord.limits import AT_ONCE, PATIENCE, THREAD
from adapters.discord.outcomes import counted, judge
from adapters.discord.pace import Pace
from adapters.discord.people import NAME, conversation_with
from adapters.discord.reception import CROWD, Reception
from adapters.discord.render import draw, files, pinged
from adapters.discord.starts import Starts
from bot.cards.model import Card
from bot.domain.identity import Person, Place, Posted
from bot.errors import SettingsError, UnreachableError
from bot.ports import STOPPING, Absent, Door, Hearing, Refused, Route, Unclear

log = logging.getLogger(__name__)

# Seconds for a request with all that are made again of it. The last of them may be taken in half a minute after we gave
# up, and Discord must know the key of the first by then: for "a few minutes", it says; we trust in one.
_WITHIN = 25.0
_PAUSES = (0.5, 2.0)  # seconds before a request of which nobody knows what became is made again
_TOO_FAR_UP = Refused("so much was said since that it may stand further up than I can look", lasting=True)
_AUTHENTICATION_FAILED = 4004
_HAS_THREAD = 160004
_QUIET_AFTER: Final = 1440  # minutes without a message until a thread leaves the list of channels
# What aiohttp raises is no DiscordException, and not all of it an OSError; a timeout is one.
_TROUBLE = (discord.DiscordException, aiohttp.ClientError, OSError)
_NOT_CONNECTED = Refused("not connected", lasting=False)
_Found = TypeVar("_Found")


class Discord:
    """One bot, connected with its token. `api_url` is Discord's own unless a proxy or a test stands in for it.

    `patience` is how long a person waits before being told that it takes longer, `within` how long a request may take,
    both in seconds; `crowd` is how many may wait at once before the next is asked to come again.
    """

    name = NAME
    at_once = AT_ONCE
    routes: Sequence[Route] = ()
    hearing = Hearing.SOLE

    def __init__(
        self,
        token: SecretStr,
        api_url: str | None = None,
        patience: float = PATIENCE,
        within: float = _WITHIN,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        crowd: int = CROWD,
    ) -> None:
        self._token = token
        self._api_url = api_url
        self._patience = patience
        self._crowd = crowd
        self._within = within
        self._sleep = sleep
        self._pace = Pace()
        self._starts = Starts(sleep, clock)
        self._client: Client | None = None
        self._former: list[Client] = []  # those that listened before: what they heard is answered through them
        self._has_listened = False
        self._listening: asyncio.Task[None] | None = None

    async def start(self, door: Door) -> None:
        """Log in, and tell Discord our commands."""
        if self._api_url:
            Address.BASE = self._api_url  # the one place where discord.py keeps it
        self._client = await self._log_in(Reception(door, self._patience, self._crowd))

    async def _log_in(self, reception: Reception) -> Client:
        client = Client(reception, self._pace, self._starts, own_address=self._api_url is not None)
        try:
            with _answering():
                await client.login(self._token.get_secret_value())
        except BaseException:
            await client.close()
            raise
        return client

    async def listen(self) -> None:
        """Begin a session at the gateway. A client of discord.py does so once, so that each further time needs one."""
        if self._client is None:
            raise RuntimeError("Discord was not started")
        if self._has_listened:
            fresh = await self._log_in(self._client.reception)
            self._former.append(self._client)
            self._client = fresh
        self._has_listened = True
        with _answering():
            self._listening = await _listen(self._client)

    async def hush(self) -> None:
        """End the session, for good. The client goes on to send."""
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.cancel()
            await asyncio.wait({listening})
        if self._client is not None:
            await self._client.leave_gateway()

    async def stop(self, within: float = STOPPING) -> None:
        """Hear nothing new, let answers and posts in hand finish, close."""
        await self.hush()
        client, self._client = self._client, None
        if client is None:
            return
        if not await client.reception.in_hand.finish(within):
            log.warning("some answers were still under way after %.1f s", within)
        for each in (*self._former, client):
            await each.close()
        self._former.clear()

    def trouble(self) -> str | None:
        """Whether the gateway has been lost, by all shards: one by itself comes and goes."""
        if self._client is None:
            return "not connected"
        if self._listening is not None and (self._listening.done() or not self._client.hears()):
            return "the connection to Discord's gateway is lost"
        return None

    async def post(
        self,
        place: Place,
        card: Card,
        key: str,
        under: Posted | None = None,  # noqa: ARG002  # a reply here would show the question once more
    ) -> Posted | Refused | Unclear:
        """Send a card. Discord gives the same message back for a key it has seen in the last minutes."""

        async def send(client: Client) -> Posted:
            channel = client.get_partial_messageable(int(place.channel))
            along: list[discord.File] = files(card) or discord.utils.MISSING
            message = await channel.send(view=draw(card), files=along, nonce=key, allowed_mentions=pinged(card))
            return Posted(place, str(message.id))

        return await self._insist(send)

    async def edit(self, posted: Posted, card: Card) -> Posted | Refused | Unclear:
        """Draw a message anew."""

        async def redraw(client: Client) -> Posted:
            channel = client.get_partial_messageable(int(posted.place.channel))
            await channel.get_partial_message(int(posted.message)).edit(
                view=draw(card), attachments=files(card), allowed_mentions=discord.AllowedMentions.none()
            )
            return posted

        return await self._insist(redraw)

    async def discuss(self, posted: Posted, title: str) -> Posted | Refused | Unclear:
        """Open a thread. A message has at most one, so that a second request finds the first one's."""

        async def open_thread(client: Client) -> Posted:
            channel, message = int(posted.place.channel), int(posted.message)
            try:
                # Not `create_thread`: it wants the server in its cache, which is empty during an outage of the gateway.
                await client.http.start_thread_with_message(
                    channel, message, name=title[:THREAD], auto_archive_duration=_QUIET_AFTER
                )
            except discord.HTTPException as error:
                if error.code != _HAS_THREAD:
                    raise
            return posted

        return await self._request(open_thread)

    async def find(self, place: Place, key: str) -> Posted | Absent | Refused | Unclear:
        """Look for the key in the buttons of our own latest messages: those can be read without any intent."""

        async def search(client: Client) -> Posted | Absent | Refused:
            found, whole = await ours(client, place, key)
            if found:
                return Posted(place, str(found[0].id))
            return Absent() if whole else _TOO_FAR_UP

        return await self._insist(search)

    async def remove_copies(self, kept: Posted, key: str) -> int | Refused | Unclear:
        """Delete other messages of our own that carry the key: that needs no permission beyond seeing them."""

        async def remove(client: Client) -> int:
            found, _ = await ours(client, kept.place, key)
            copies = [message for message in found if str(message.id) != kept.message]
            for copy in copies:
                with contextlib.suppress(discord.NotFound):  # another process was quicker
                    await copy.delete()
            return len(copies)

        return await self._insist(remove)

    async def _insist(self, call: Callable[[Client], Awaitable[_Found]]) -> _Found | Refused | Unclear:
        """A request that does no harm twice, made again a few times where nobody knows what became of it.

        discord.py itself gives up at once on a 503, on a connection that Linux says was reset, and on one that the
        other side closed. A refusal after that says nothing about the attempt before it.
        """
        try:
            async with asyncio.timeout(self._within):
                outcome = await self._request(call)
                for pause in _PAUSES:
                    if not isinstance(outcome, Unclear):
                        return outcome
                    await self._sleep(pause)
                    again = await self._request(call)
                    outcome = outcome if isinstance(again, Refused) else again
                return outcome
        except TimeoutError:
            return Unclear(f"no answer within {self._within:g} s")

    async def tell(self, person: Person, card: Card) -> Posted | Refused | Unclear:
        """Send a card in a conversation with one person. Whoever takes no messages from servers they share refuses."""

        async def open_conversation(client: Client) -> Place:
            conversation = await client.create_dm(discord.Object(int(person.id)))
            return conversation_with(person.id, conversation.id)

        place = await self._request(open_conversation)
        # The key is for discord.py, which asks up to five times.
        return await self.post(place, card, secrets.token_hex(12)) if isinstance(place, Place) else place

    async def _request(self, call: Callable[[Client], Awaitable[_Found]]) -> _Found | Refused | Unclear:
        """One request; what went wrong with it as a value."""
        client = self._client
        if client is None or client.is_closed():
            return _NOT_CONNECTED
        with client.reception.in_hand, counted() as tries:
            try:
                async with asyncio.timeout(self._within):
                    return await call(client)
            except (discord.RateLimited, discord.HTTPException) as error:
                return judge(error, tries)
            except _TROUBLE as error:
                return Unclear(f"{type(error).__name__}: {error}")


@contextmanager
def _answering() -> Iterator[None]:
    """Raises `SettingsError` where Discord refuses us, `UnreachableError` where it does not answer."""
    try:
        yield
    except _TROUBLE as error:
        if _refuses_token(error):
            raise SettingsError("DISCORD_TOKEN", "Discord does not know this token") from error
        raise UnreachableError(f"Discord does not answer: {error}") from error


async def _listen(client: Client) -> asyncio.Task[None]:
    """Connect; returns, with the task that goes on listening, once people can be heard."""
    listening = asyncio.create_task(client.connect(), name="discord")
    ready = asyncio.create_task(client.wait_until_ready())
    try:
        await asyncio.wait({listening, ready}, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        listening.cancel()
        raise
    finally:
        ready.cancel()
    if listening.done():
        listening.result()
        raise ConnectionError("Discord closed the connection at once")
    listening.add_done_callback(_tell_end)
    return listening


def _refuses_token(error: BaseException) -> bool:
    """Whether Discord knows the token no more: the login says so, or the gateway with its close code."""
    return isinstance(error, discord.LoginFailure) or (
        isinstance(error, discord.ConnectionClosed) and error.code == _AUTHENTICATION_FAILED
    )


def _tell_end(listening: asyncio.Task[None]) -> None:
    if not listening.cancelled() and (error := listening.exception()):
        log.error("Discord ended the connection for good", exc_info=error)
