"""`/sqla-quiz` with a subcommand for each word of the grammar, and what people said with it."""

from collections.abc import Callable, Coroutine, Mapping
from inspect import Parameter, Signature
from typing import Any, Protocol

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot import grammar
from bot.commands import Command, Home
from bot.grammar import Argument, Completes, Shortcut, Word

HOME = Word("home", "What you can do here", Home)
"""The bare `/sqla-quiz`, which Discord has not got where there are subcommands."""

Value = str | discord.Role | discord.Member | discord.User

# What Discord has a picker of its own for.
_PICKED: Mapping[Completes, type[object]] = {Completes.GROUP: discord.Role, Completes.PERSON: discord.User}
_SUBCOMMAND = 1
_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_INSTALLS = app_commands.AppInstallationType(guild=True, user=True)


class Desk(Protocol):
    """Who takes what was said: see `reception`."""

    async def answer(self, interaction: discord.Interaction[Any], command: Command) -> None: ...

    async def complete(
        self, interaction: discord.Interaction[Any], word: str, argument: str, typed: str
    ) -> list[Choice[str]]: ...


def register(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """Give a tree everything that Discord is to know."""
    tree.add_command(_group(desk))
    for shortcut in grammar.SHORTCUTS:
        tree.add_command(_menu(shortcut, desk))


def _group(desk: Desk) -> app_commands.Group:
    words = app_commands.Group(
        name=grammar.NAME,
        description="A daily question about SQLAlchemy's Session",
        allowed_contexts=_CONTEXTS,
        allowed_installs=_INSTALLS,
    )
    for word in (HOME, *grammar.WORDS):
        words.add_command(_subcommand(word, desk))
    return words


def _menu(shortcut: Shortcut, desk: Desk) -> app_commands.ContextMenu:
    async def asked(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await desk.answer(interaction, shortcut.command(str(message.id)))

    return app_commands.ContextMenu(
        name=shortcut.name, callback=asked, allowed_contexts=_CONTEXTS, allowed_installs=_INSTALLS
    )


def read(word: str, values: Mapping[str, str]) -> Command:
    """The command of a subcommand with its options."""
    return Home() if word == HOME.name else grammar.read(word, values)


def reread(data: Mapping[str, Any]) -> Command:
    """The command of an interaction that discord.py could not place: people's clients remember older releases."""
    options = data.get("options", [])
    called = next((option for option in options if option["type"] == _SUBCOMMAND), None)
    if called is None:
        return Home() if data["name"] == grammar.NAME else grammar.read(data["name"], {})
    return read(called["name"], {option["name"]: str(option["value"]) for option in called.get("options", [])})


def _subcommand(word: Word, desk: Desk) -> app_commands.Command[Any, ..., None]:
    async def asked(interaction: discord.Interaction[Any], /, **values: Value | None) -> None:
        said = {name: _said(value) for name, value in values.items() if value is not None}
        await desk.answer(interaction, read(word.name, said))

    # discord.py reads options from a signature, so the signature is made from the grammar.
    arguments = [_parameter(argument) for argument in word.arguments]
    first = Parameter("interaction", Parameter.POSITIONAL_OR_KEYWORD)
    asked.__signature__ = Signature([first, *arguments])  # type: ignore[attr-defined]  # inspect.signature honours it
    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name=word.name, description=word.help, callback=asked
    )
    app_commands.describe(**{argument.name: argument.help for argument in word.arguments})(command)
    for argument in word.arguments:
        if argument.choices:
            fixed = [Choice(name=choice, value=choice) for choice in argument.choices]
            app_commands.choices(**{argument.name: fixed})(command)
        elif argument.completes is not Completes.NOTHING and argument.completes not in _PICKED:
            command.autocomplete(argument.name)(_completion(word, argument, desk))
    return command


def _parameter(argument: Argument) -> Parameter:
    kind = _PICKED.get(argument.completes, str)
    if argument.required:
        return Parameter(argument.name, Parameter.KEYWORD_ONLY, annotation=kind)
    return Parameter(argument.name, Parameter.KEYWORD_ONLY, annotation=kind, default=None)


def _said(value: Value) -> str:
    """An option's value as the grammar has it."""
    match value:
        case discord.Role():
            return "everyone" if value.is_default() else str(value.id)
        case discord.Member() | discord.User():
            return f"{value.id} {value.display_name}"
        case str():
            return value


def _completion(
    word: Word, argument: Argument, desk: Desk
) -> Callable[[discord.Interaction[Any], str], Coroutine[Any, Any, list[Choice[str]]]]:
    async def complete(interaction: discord.Interaction[Any], typed: str) -> list[Choice[str]]:
        return await desk.complete(interaction, word.name, argument.name, typed)

    return complete
