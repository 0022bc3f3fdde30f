"""The answers to interactions: once, in time, of a kind that fits, and what may follow them."""

from aiohttp import web

from tests.fakes.discord import attached, commands, limits
from tests.fakes.discord.limits import EPHEMERAL
from tests.fakes.discord.refusals import RefusalError, answer, refuse
from tests.fakes.discord.rules import Json
from tests.fakes.discord.world import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction, Message, World

_MESSAGE, _LATER, _SAME_LATER, _SAME, _COMPLETIONS, _WINDOW = 4, 5, 6, 7, 8, 9
_FITTING = {
    COMMAND: {_MESSAGE, _LATER, _WINDOW},
    COMPONENT: {_MESSAGE, _LATER, _SAME_LATER, _SAME, _WINDOW},
    AUTOCOMPLETE: {_COMPLETIONS},
    MODAL: {_MESSAGE, _LATER},
}
SECONDS, MINUTES = 3.0, 15 * 60.0


class Callbacks:
    """The routes of an interaction: the first answer, and its message afterwards."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, router: web.UrlDispatcher) -> None:
        hook = "/api/v10/webhooks/{application}/{token}"
        router.add_post("/api/v10/interactions/{id}/{token}/callback", self._callback)
        router.add_post(hook, self._follow)
        router.add_patch(f"{hook}/messages/@original", self._edit)
        router.add_delete(f"{hook}/messages/@original", self._delete)

    async def _callback(self, request: web.Request) -> web.Response:
        asked = self._world.interactions.get(request.match_info["token"])
        if asked is None or str(asked.id) != request.match_info["id"]:
            raise RefusalError(404, 10062, "Unknown interaction")
        if asked.acknowledged is not None:
            raise RefusalError(400, 40060, "Interaction has already been acknowledged.")
        waited = self._world.clock() - asked.at
        if waited > SECONDS:
            raise RefusalError(404, 10062, f"Unknown interaction: answered {waited - SECONDS:.2f} s too late")
        body = await attached.body(request)
        kind, data = body.get("type"), body.get("data") or {}
        fitting = _FITTING[asked.kind] | ({_SAME, _SAME_LATER} if asked.source else set())
        if kind not in fitting:
            raise RefusalError(400, 50035, f"an answer of kind {kind} does not fit an interaction of kind {asked.kind}")
        self._check(asked, int(kind), data)
        asked.acknowledged, asked.waited = kind, waited
        self._do(asked, int(kind), data)
        asked.echoed = request.query.get("with_response") in ("1", "true")
        return answer(_receipt(asked, int(kind))) if asked.echoed else web.Response(status=204)

    def _check(self, asked: Interaction, kind: int, data: Json) -> None:
        match kind:
            case 4:
                refuse(limits.message(data, private=True))
            case 7 if asked.source is not None:
                refuse(limits.message(data, flags=asked.source.flags))
            case 8:
                refuse(commands.completions(data))
            case 9:
                refuse(limits.modal(data))
            case _ if set(data) - {"flags"} or data.get("flags", 0) & ~EPHEMERAL:
                raise RefusalError(400, 50035, "only EPHEMERAL may be asked for while one waits")

    def _do(self, asked: Interaction, kind: int, data: Json) -> None:
        viewer = asked.asker.name if data.get("flags", 0) & EPHEMERAL else None
        match kind:
            case 4:
                asked.original = self._world.write(asked.channel, data, viewer)
                asked.show(asked.original)
            case 5:
                asked.original = Message(next(self._world.ids), asked.channel, viewer, flags=data.get("flags", 0))
            case 6:
                asked.original = asked.source
            case 7 if asked.source is not None:
                asked.original = asked.source
                self._world.rewrite(asked.source, data)
                asked.show(asked.source)
            case 8:
                asked.choices = data["choices"]
                asked.answered.set()
            case 9:
                asked.modal = data
                self._world.seen.append((asked.asker.name, data))
                asked.answered.set()

    async def _edit(self, request: web.Request) -> web.Response:
        asked = self._after(request)
        if asked.original is None:
            raise RefusalError(404, 10008, "Unknown Message")
        body = await attached.body(request)
        refuse(limits.message(body, flags=asked.original.flags))
        return answer(self._fill(asked, asked.original, body).payload())

    async def _follow(self, request: web.Request) -> web.Response:
        """A further message; the first one after a wait takes the place of the "thinking…" that nobody filled."""
        asked = self._after(request)
        body = await attached.body(request)
        refuse(limits.message(body, private=True))
        waiting = asked.original
        if waiting is not None and waiting is not asked.source and waiting.id not in self._world.messages:
            return answer(self._fill(asked, waiting, body).payload())
        viewer = asked.asker.name if body.get("flags", 0) & EPHEMERAL else None
        message = self._world.write(asked.channel, body, viewer)
        asked.show(message)
        return answer(message.payload())

    async def _delete(self, request: web.Request) -> web.Response:
        asked = self._after(request)
        if asked.original is None:
            raise RefusalError(404, 10008, "Unknown Message")
        self._world.messages.pop(asked.original.id, None)
        asked.original = None
        return web.Response(status=204)

    def _fill(self, asked: Interaction, message: Message, body: Json) -> Message:
        self._world.messages.setdefault(message.id, message)
        self._world.rewrite(message, body)
        asked.show(message)
        return message

    def _after(self, request: web.Request) -> Interaction:
        asked = self._world.interactions.get(request.match_info["token"])
        if asked is None or asked.acknowledged is None or self._world.clock() - asked.at > MINUTES:
            raise RefusalError(404, 50027, "Invalid Webhook Token")
        return asked


def _receipt(asked: Interaction, kind: int) -> Json:
    interaction: Json = {"id": str(asked.id), "type": asked.kind, "response_message_loading": kind in (_LATER,)}
    receipt: Json = {"interaction": interaction}
    if asked.original is not None:
        interaction["response_message_id"] = str(asked.original.id)
        interaction["response_message_ephemeral"] = asked.original.viewer is not None
        receipt["resource"] = {"type": kind, "message": asked.original.payload()}
    return receipt
