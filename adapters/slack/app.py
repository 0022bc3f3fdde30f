"""The ears: a Bolt app with one listener each for the slash command, buttons, forms, shortcuts and App Home."""

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from adapters.slack import heard
from adapters.slack.heard import Heard, OnMessage, OnModal
from adapters.slack.outcomes import TROUBLE
from adapters.slack.replies import APOLOGY, NOT_INSTALLED, in_acknowledgement, publish, send, written
from adapters.slack.rich import Json
from adapters.slack.rights import Rights
from adapters.slack.tenants import Tenant, Tenants, end
from adapters.slack.web import LIBRARY, Web
from bot.cards.model import Card
from bot.commands import Answer
from bot.domain.identity import Workspace
from bot.grammar import NAME, is_for_keepers
from bot.ports import Audience, Door, Reply

log = logging.getLogger(__name__)
_ANY = re.compile(".*", re.DOTALL)  # what is asked is in the value, and the quiz answers unknown ones too
ACKNOWLEDGE_WITHIN = 2.0  # seconds; Slack gives up after three
_BRING_IT_AGAIN = 503  # an event that could not be dealt with: Slack does so a few times within the hour
CROWD = 500  # tasks in hand, two for each that waits: more would wait too long behind each other's answers

Payload = dict[str, Any]
Read = Callable[[Mapping[str, Any], Workspace], Heard | None]


class _NotYetError(Exception):
    """An event that must not be lost could not be dealt with."""


class Listener:
    """Hands what is heard to the door, and brings the answers back."""

    def __init__(self, door: Door, tenants: Tenants, web: Web, rights: Rights) -> None:
        """`web` speaks in no workspace: it is for the addresses that Slack hands out."""
        self._door = door
        self._tenants = tenants
        self._web = web
        self._rights = rights
        self._in_hand: set[asyncio.Task[Any]] = set()
        self._leaves = False

    def app(self) -> AsyncApp:
        """The Bolt app that listens."""

        async def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
            # Ours, so that Bolt neither asks Slack at every request, nor turns to OAuth because SLACK_CLIENT_ID is set,
            # nor has words of its own for somebody whose workspace has not installed us.
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)

        app = AsyncApp(
            logger=LIBRARY,
            client=self._web.api,
            authorize=authorize,
            process_before_response=True,  # otherwise Bolt looks for the answer every ten milliseconds
            raise_error_for_unhandled_request=True,
            # What these would look at is known to whoever hands us the payload.
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
        )
        app.action(_ANY)(self._listener(heard.press))  # the first to be looked at, because there are most of them
        app.command(f"/{NAME}")(self._listener(heard.slash))
        app.view(_ANY)(self._listener(heard.submission))
        app.shortcut(_ANY)(self._listener(heard.shortcut))
        app.event("app_home_opened")(self._listener(heard.opened))
        for name in ("app_uninstalled", "tokens_revoked"):
            app.event(name)(self._ended)
        app.error(self._failed)
        return app

    def leave(self) -> None:
        """From now on acknowledge first where the answer can follow, so that connections soon have nothing in hand."""
        self._leaves = True

    async def finish(self, within: float) -> None:
        """Let what is in hand finish; what takes longer is given up."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while self._in_hand and loop.time() < deadline:
            await asyncio.wait(self._in_hand, timeout=deadline - loop.time())
        for task in self._in_hand:
            task.cancel()
        await asyncio.gather(*self._in_hand, return_exceptions=True)

    def _listener(self, read: Read) -> Callable[[AsyncAck, Payload, AsyncBoltContext], Coroutine[Any, Any, None]]:
        async def listen(ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
            self._hold(asyncio.current_task())
            workspace = context.team_id or ""
            tenant = await self._tenants.of(workspace, context.enterprise_id or "")
            if tenant is None:
                self._hold(asyncio.create_task(self._say(body, NOT_INSTALLED)))
                await ack()
                return
            what = read(body, Workspace("slack", workspace))
            await ack((await self._answer(what, tenant) if what else None) or "")

        return listen

    async def _ended(self, body: Payload, context: AsyncBoltContext) -> None:
        """A workspace removed us, or took our token back. Slack may tell so late, twice, or after a new beginning."""
        if body["event"]["type"] == "tokens_revoked" and not body["event"].get("tokens", {}).get("bot"):
            return  # people's own tokens, of which we have none
        tenant = context.enterprise_id if context.is_enterprise_install else context.team_id
        until = datetime.fromtimestamp(int(body["event_time"]), UTC)
        try:
            await end(self._door, self._tenants, tenant or "", until)
        except Exception as error:
            raise _NotYetError from error

    async def _answer(self, what: Heard, tenant: Tenant) -> Json | None:
        """Ask the door. Returns the answer if the acknowledgement can carry it and it came in time, else it follows."""
        loop = asyncio.get_running_loop()
        carried: asyncio.Future[Json | None] = loop.create_future()
        if (self._leaves or len(self._in_hand) > CROWD) and isinstance(what.source, OnMessage | OnModal):
            _carry(carried, None)  # its acknowledgement carries nothing, and shall not be late
        self._hold(asyncio.create_task(self._attend(what, tenant, carried)))
        too_late = loop.call_later(ACKNOWLEDGE_WITHIN, _carry, carried, None)
        try:
            return await carried
        finally:
            too_late.cancel()

    async def _ask(self, what: Heard, tenant: Tenant) -> tuple[Reply, Json | None]:
        """The reply, and the same as the body of an acknowledgement."""
        try:
            if is_for_keepers(what.command):
                what = await self._rights.look(what, tenant, self._hold)
            reply = await self._door.handle(what.command, what.person, what.place, what.pressed)
            return reply, in_acknowledgement(reply, what)
        except Exception:
            log.exception("there is no answer to %r", what.command)
            return Reply(APOLOGY), in_acknowledgement(Reply(APOLOGY), what)

    async def _attend(self, what: Heard, tenant: Tenant, carried: asyncio.Future[Json | None]) -> None:
        """Bring the reply to who asked: by `carried` if it can go there and is still waited for, else by a call."""
        reply, body = await self._ask(what, tenant)
        said = _carry(carried, body) and body is not None
        try:
            if not said and not await send(reply, what, tenant.web):
                await self._show_at_home(reply, what, tenant)
            await publish(reply, what, tenant.web)
        except Exception:
            log.exception("the answer to %r did not reach its asker", what.command)
            await self._apologise(what, tenant.web)

    async def _show_at_home(self, reply: Reply, what: Heard, tenant: Tenant) -> None:
        """What was asked where something else was done at once. Of two answers neither receipt would be the whole
        truth: then home as it is now.
        """
        again = heard.home_again(what)
        if isinstance(what.command, Answer):
            reply, _ = await self._ask(again, tenant)
        await send(reply, again, tenant.web)

    async def _apologise(self, what: Heard, web: Web) -> None:
        try:
            await send(Reply(APOLOGY), what, web)
        except TROUBLE as error:
            log.warning("nor did an apology: %s", error)

    async def _failed(self, error: Exception, body: Payload) -> BoltResponse:
        """Bolt's listener for whatever went wrong before the door was reached."""
        log.error("a payload of type %r could not be read", body.get("type"), exc_info=error)
        self._hold(asyncio.create_task(self._say(body, APOLOGY)))  # the acknowledgement must not be late for it
        return BoltResponse(status=_BRING_IT_AGAIN if isinstance(error, _NotYetError) else 200)

    async def _say(self, body: Payload, card: Card) -> None:
        """What can be said without knowing who asks what, or where."""
        match body:
            case {"response_url": str(url)} if url:
                try:
                    await self._web.respond(url, written(card, Audience.ASKER))
                except TROUBLE as error:
                    log.warning("nor could that be said: %s", error)
            case _:
                return

    def _hold(self, task: asyncio.Task[Any] | None) -> None:
        if task is not None:
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)


def _carry(carried: asyncio.Future[Json | None], body: Json | None) -> bool:
    """Let whoever acknowledges take this along; whether that is still possible."""
    if carried.done():
        return False
    carried.set_result(body)
    return True
