"""What people do on this Discord, as their clients tell it to the bot."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.fakes.discord import gateway
from tests.fakes.discord.limits import INPUT, SELECT, walk
from tests.fakes.discord.rules import Json
from tests.fakes.discord.server import Server
from tests.fakes.discord.world import (
    APPLICATION,
    AUTOCOMPLETE,
    CHANNEL,
    COMMAND,
    COMPONENT,
    MODAL,
    Interaction,
    Message,
)

_NAME, _SUBCOMMAND, _TEXT = "sqla-quiz", 1, 3
PATIENCE = 10.0
PERMISSIONS = 84_992  # view the channel, send messages, embed links, read the history


async def slash(
    server: Server, who: str, word: str, values: Mapping[str, str], *, channel: int = CHANNEL, alone: bool = False
) -> Interaction:
    """`/sqla-quiz word name:value …`. A client may be older than the bot, so anything can be said."""
    kinds, found = _kinds(server, word), _Resolved(server)
    options = [found.option(name, kinds.get(name, _TEXT), value) for name, value in values.items()]
    return await _act(server, who, COMMAND, _said(word, options) | found.data(), channel=channel, alone=alone)


def _kinds(server: Server, word: str) -> dict[str, int]:
    """The registered options of a word with their types."""
    registered = next((command for command in server.world.commands if command["name"] == _NAME), {})
    words = {each["name"]: each for each in registered.get("options", [])}
    return {option["name"]: option["type"] for option in words.get(word, {}).get("options", [])}


class _Resolved:
    """Options as a client fills them in: people and roles are picked by name, and come with what they are."""

    def __init__(self, server: Server) -> None:
        self._world = server.world
        self._found: dict[str, Json] = {}

    def option(self, name: str, kind: int, value: str) -> Json:
        match kind:
            case 6:
                member = self._world.people[value]
                self._found.setdefault("users", {})[str(member.id)] = member.user()
                self._found.setdefault("members", {})[str(member.id)] = {**member.payload(), "user": None}
                value = str(member.id)
            case 8:
                number = self._world.roles[value]
                self._found.setdefault("roles", {})[str(number)] = gateway.role(
                    number, value, mentionable=value not in self._world.silent
                )
                value = str(number)
        return {"name": name, "type": kind, "value": value}

    def data(self) -> Json:
        for member in self._found.get("members", {}).values():
            member.pop("user", None)
        return {"resolved": self._found} if self._found else {}


async def bare(server: Server, who: str) -> Interaction:
    """`/sqla-quiz` alone, from a client that knows a release without subcommands."""
    return await _act(server, who, COMMAND, {"id": "1", "name": _NAME, "type": 1})


async def typing(server: Server, who: str, word: str, option: str, typed: str) -> list[Json]:
    """The completions that somebody sees while typing."""
    focused = {"name": option, "type": _TEXT, "value": typed, "focused": True}
    asked = await _act(server, who, AUTOCOMPLETE, _said(word, [focused]))
    await settle(asked)
    return asked.choices or []


async def press(server: Server, who: str, message: Message, custom_id: str, *, alone: bool = False) -> Interaction:
    """A button pressed on a message as it stands now."""
    if message.viewer not in (None, who):
        raise AssertionError(f"{who} does not see this message")
    data = {"component_type": 2, "custom_id": custom_id, "id": 1}
    return await _act(server, who, COMPONENT, data, source=message, alone=alone)


async def choose(
    server: Server, who: str, message: Message, custom_id: str, values: Sequence[str], *, alone: bool = False
) -> Interaction:
    """Some entries of a menu chosen together."""
    data = {"component_type": SELECT, "custom_id": custom_id, "values": [*values], "id": 1}
    return await _act(server, who, COMPONENT, data, source=message, alone=alone)


async def look_up(server: Server, who: str, message: Message, name: str) -> Interaction:
    """An entry of a message's own menu."""
    found = {"messages": {str(message.id): message.payload()}}
    data = {"id": "1", "name": name, "type": 3, "target_id": str(message.id), "resolved": found}
    return await _act(server, who, COMMAND, data)


async def submit(server: Server, who: str, opened: Interaction, values: Mapping[str, str]) -> Interaction:
    """A modal sent off with these values; the other fields as they stood."""
    if opened.modal is None:
        raise AssertionError("no modal was opened")
    labels = [label for label in opened.modal["components"] if "component" in label]
    unknown = set(values) - {label["component"]["custom_id"] for label in labels}
    if unknown:
        raise AssertionError(f"the form has no {unknown}")
    filled = [{"type": 18, "id": n, "component": _fill(label, values)} for n, label in enumerate(labels, start=1)]
    data = {"custom_id": opened.modal["custom_id"], "components": filled}
    return await _act(server, who, MODAL, data, source=opened.source)


async def settle(asked: Interaction) -> Interaction:
    """Waits until the asker sees the answer."""
    try:
        await asyncio.wait_for(asked.answered.wait(), PATIENCE)
    except TimeoutError:
        raise AssertionError(f"{asked.asker.name} saw no answer: acknowledged with {asked.acknowledged}") from None
    return asked


async def until(happened: Callable[[], object]) -> None:
    """Waits for something that nobody announces."""
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110  # the other side of a socket sets no event of ours
            await asyncio.sleep(0.002)


def _fill(label: Json, values: Mapping[str, str]) -> Json:
    """A field as its client sends it. It lets nobody send off an empty one that is required."""
    field: Json = label["component"]
    name = field["custom_id"]
    if field["type"] == INPUT:
        value = values.get(name, field.get("value") or "")
        if field.get("required", True) and not value:
            raise AssertionError(f"{name} must be filled in")
        return {"type": INPUT, "custom_id": name, "value": value, "id": 1}
    standing = [option["value"] for option in field["options"] if option.get("default")]
    chosen = [values[name]] if values.get(name) else standing
    if (field.get("required", True) and not chosen) or not {option["value"] for option in field["options"]} >= {
        *chosen
    }:
        raise AssertionError(f"{name} cannot be {chosen}")
    return {"type": SELECT, "custom_id": name, "values": chosen, "id": 1}


def _said(word: str, options: list[Json]) -> Json:
    return {
        "id": "1",
        "name": _NAME,
        "type": 1,
        "options": [{"name": word, "type": _SUBCOMMAND, "options": options}],
    }


async def _act(
    server: Server,
    who: str,
    kind: int,
    data: Json,
    *,
    source: Message | None = None,
    channel: int = CHANNEL,
    alone: bool = False,
) -> Interaction:
    world = server.world
    token, channel = f"token-{next(world.ids)}", source.channel if source else channel
    asked = Interaction(next(world.ids), token, kind, world.people[who], world.clock(), source, channel)
    world.interactions[token] = asked
    guild = None if alone else world.channels[channel]
    event = _event(asked, data) | _where(asked, guild, world.threads.get(channel))
    if source is not None:
        event["message"] = source.payload()
    await server.gateway.send("INTERACTION_CREATE", event, guild)
    return asked


def _event(asked: Interaction, data: Json) -> Json:
    return {
        "id": str(asked.id),
        "application_id": str(APPLICATION),
        "type": asked.kind,
        "data": data,
        "token": asked.token,
        "version": 1,
        "attachment_size_limit": 10_485_760,
        "entitlements": [],
        "authorizing_integration_owners": {},
        "locale": "en-US",
        "app_permissions": str(PERMISSIONS),
    }


def _where(asked: Interaction, guild: int | None, parent: int | None) -> dict[str, Any]:
    """In the channel of a server, or in a conversation with the bot alone."""
    asker, here = asked.asker, str(asked.channel)
    if guild is None:
        channel = {"id": here, "type": 1, "recipients": [asker.user()], "last_message_id": None}
        return {"context": 1, "channel": channel, "channel_id": here, "user": asker.user()}
    server = {"id": str(guild), "locale": "en-US", "features": []}
    inside = {"guild_id": str(guild), "guild": server, "guild_locale": "en-US", "member": asker.payload()}
    inside["authorizing_integration_owners"] = {"0": str(guild)}
    told = gateway.thread(asked.channel, parent, guild) if parent else gateway.channel(asked.channel, guild)
    return {"context": 0, "channel": told, "channel_id": here, **inside}


def opened(asked: Interaction) -> list[Json]:
    """The fields of the modal that was opened."""
    return [each for each in walk((asked.modal or {}).get("components", [])) if each["type"] in (INPUT, SELECT)]
