"""The stage of plays on this Discord: see `tests.stage`."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from adapters.discord import connect
from bot import grammar
from bot.domain.identity import Place, Workspace
from bot.ports import Door, Off, Platform
from tests.fakes.discord import markdown, people
from tests.fakes.discord import private as conversations
from tests.fakes.discord.limits import walk
from tests.fakes.discord.rules import Json
from tests.fakes.discord.server import TOKEN, Server
from tests.fakes.discord.world import CHANNEL, GUILD, Interaction, Message
from tests.stage import ADMIN, MEMBERS, Seen


class DiscordStage:
    """One channel with its people, and the real adapter. Leaving it fails on anything that Discord had to refuse."""

    place = Place(Workspace("discord", str(GUILD)), str(CHANNEL))
    platform: Platform
    menus = True

    def __init__(self) -> None:
        self.server = Server()
        self._opened: dict[str, Interaction] = {}
        self._chosen: dict[tuple[str, int], list[str]] = {}
        self._connected = False

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        self.server.world.add(ADMIN, manages=True)
        for name in MEMBERS:
            self.server.world.add(name)
        self.platform = self._platform()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connected:
            await self.disconnect()
        await self.server.__aexit__(kind, error, trace)
        if error is None and self.server.breaches:
            raise AssertionError(f"Discord refused: {self.server.breaches}")

    async def connect(self, door: Door) -> None:
        await self.platform.start(door)
        await self.platform.listen()
        self._connected = True

    async def disconnect(self) -> None:
        self._connected = False
        await self.platform.stop()
        self.platform = self._platform()  # a new process remembers nothing

    async def ask(self, name: str, text: str) -> Seen:
        word, values = _options(text)
        return await self._answer(await people.slash(self.server, name, word, values))

    async def press(self, name: str, on: Seen, label: str) -> Seen:
        message = self.server.world.messages[int(on.id)]
        if label in message.menus():
            return await self._answer(await self._choose(name, message, label))
        return await self._answer(await people.press(self.server, name, message, message.buttons()[label]))

    async def _choose(self, name: str, message: Message, label: str) -> Interaction:
        """A menu shows what one chose before, so that one adds to it."""
        custom_id, value = message.menus()[label]
        before = self._chosen.setdefault((name, message.id), [])
        before += [] if value in before else [value]
        return await people.choose(self.server, name, message, custom_id, before)

    async def choose(self, name: str, on: Seen, labels: Sequence[str]) -> Seen:
        message = self.server.world.messages[int(on.id)]
        if not message.menus():
            for label in labels:
                on = await self.press(name, on, label)
            return on
        [[custom_id, *_], *_] = entries = [message.menus()[label] for label in labels]
        values = [value for _, value in entries]
        return await self._answer(await people.choose(self.server, name, message, custom_id, values))

    async def forge(self, name: str, on: Seen, custom_id: str) -> Seen:
        """`name` presses a button that only a doctored client shows. discord.py looks for it on the message, too."""
        message = self.server.world.messages[int(on.id)]
        forged = {"type": 1, "components": [{"type": 2, "style": 2, "label": "?", "custom_id": custom_id}]}
        doctored = Message(message.id, message.channel, message.viewer, flags=message.flags, components=[forged])
        return await self._answer(await people.press(self.server, name, doctored, custom_id))

    async def fill(self, name: str, form: Seen, values: Mapping[str, str]) -> Seen:
        return await self._answer(await people.submit(self.server, name, self._opened[form.id], values))

    def channel(self) -> Sequence[Seen]:
        return [_seen(message) for message in self.server.world.public(CHANNEL)]

    def private(self, name: str) -> Sequence[Seen]:
        shown = [what for who, what in self.server.world.seen if who == name]
        shown += conversations.told(self.server.world, name)
        return [_seen(what) if isinstance(what, Message) else _form("", what) for what in shown]

    async def _answer(self, asked: Interaction) -> Seen:
        return self.seen(await people.settle(asked))

    def seen(self, asked: Interaction) -> Seen:
        """What the asker was shown for something that has been answered."""
        if asked.modal is not None:
            self._opened[str(asked.id)] = asked
            return _form(str(asked.id), asked.modal)
        if asked.shown is None:
            raise AssertionError("an answer that is neither a message nor a form")
        return _seen(asked.shown)

    def _platform(self) -> Platform:
        platform = connect({"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": self.server.url})
        assert not isinstance(platform, Off)
        return platform


def _options(text: str) -> tuple[str, dict[str, str]]:
    """What a person would fill in natively to say the same. A word unknown here is one of an older release."""
    name, *rest = text.split() or ["home"]
    entry = grammar.word(name.lower())
    if entry is None:
        return name, {}
    values = grammar._sort(entry, rest)
    if extra := values.pop("", ""):  # a choice that only an older client still offers
        values[entry.arguments[-1].name if entry.arguments else "choice"] = extra
    return entry.name, values


def _seen(message: Message) -> Seen:
    text = "\n".join([*map(markdown.visible, message.texts()), *message.attached()])
    return Seen(str(message.id), text, message.labels())


def _form(number: str, modal: Json) -> Seen:
    fields = [each for each in walk(modal["components"]) if each["type"] == 18]
    words = [part for field in fields for part in (field["label"], field.get("description"), *_values(field)) if part]
    return Seen(number, "\n".join([modal["title"], *words]), (), form=True)


def _values(label: Json) -> list[str]:
    field = label["component"]
    return [option["label"] for option in field.get("options", [])] or [field.get("value") or ""]
