"""The words of `/sqla-quiz`: one table that every platform reads, for parsing, native registration, forms and help."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from bot import commands
from bot.commands import Command, Misread, Why
from bot.grammar.entries import Anywhere, Argument, Completes, Shortcut, Word
from bot.grammar.words import ANYWHERE, SHORTCUTS, WORDS

__all__ = [
    "ANYWHERE",
    "NAME",
    "SHORTCUTS",
    "WORDS",
    "Anywhere",
    "Argument",
    "Completes",
    "Shortcut",
    "Word",
    "is_for_keepers",
    "parse",
    "parse_words",
    "read",
    "shortcut",
    "unknown_word",
    "word",
]

NAME = "sqla-quiz"


def shortcut(id_: str, message: str) -> Command:
    """The command of the shortcut with that id, used on a message if it is one for messages. Never raises."""
    found: list[Command] = [each.command(message) for each in SHORTCUTS if each.id == id_ and message]
    found += [each.command for each in ANYWHERE if each.id == id_]
    return found[0] if found else Misread(id_, Why.BUTTON)


def word(name: str) -> Word | None:
    """The word of that name, or `None`."""
    return next((entry for entry in WORDS if entry.name == name), None)


def parse(text: str) -> Command:
    """The command of what follows `/sqla-quiz`: a word, then values in order or as `name:value`. Never raises."""
    return parse_words(text.split())


def parse_words(words: Sequence[str]) -> Command:
    """The same of words that came apart already, so that one value may hold a blank."""
    name, *rest = words or [""]
    if not name:
        return commands.Home()
    entry = word(name.lower())
    return read(entry.name, _sort(entry, rest)) if entry else unknown_word(" ".join(words))


def is_for_keepers(command: Command) -> bool:
    """Whether a command is that of a word which keepers alone may say, or with a value that they alone may give it."""
    said = [entry for entry in WORDS if isinstance(command, entry.command)]
    return any(entry.keepers or _says(command, entry) for entry in said)


def _says(command: Command, entry: Word) -> bool:
    return any(getattr(command, argument.name) in entry.keepers_say for argument in entry.arguments)


def unknown_word(said: str) -> Misread:
    """What was said begins with no word of ours; the nearest ones may have been meant."""
    first = said.split(maxsplit=1)[0].lower() if said.split() else ""
    near = get_close_matches(first, [known.name for known in WORDS], n=3, cutoff=0.5)
    return Misread(said, Why.WORD, near=tuple(near))


def read(name: str, values: Mapping[str, str]) -> Command:
    """The command of a word whose arguments came apart already, from a native option list or a form. Never raises."""
    entry = word(name)
    if entry is None:
        return unknown_word(name)
    arguments: dict[str, object] = {}
    for argument in entry.arguments:
        value = " ".join(values.get(argument.name, "").split())
        if value and argument.choices and value.lower() not in argument.choices:
            near = get_close_matches(value.lower(), argument.choices, n=3, cutoff=0.5)
            return Misread(value, Why.VALUE, entry.name, tuple(near) or argument.choices)
        if value:
            arguments[argument.name] = argument.read(value.lower() if argument.choices else value)
        elif argument.required:
            return Misread(argument.name, Why.MISSING, entry.name)
    if extra := values.get("", ""):
        choices = [choice for argument in entry.arguments for choice in argument.choices if choice != extra.lower()]
        near = get_close_matches(extra.lower(), choices, n=3, cutoff=0.5)
        return Misread(extra, Why.VALUE, entry.name, tuple(near))
    return entry.command(**arguments)  # type: ignore[arg-type]  # the table pairs arguments with the command's fields


def _sort(entry: Word, tokens: Sequence[str]) -> dict[str, str]:
    """Which token fills which argument: named ones first, then those that are one of an argument's choices, then the
    rest in order. What is left over joins the last argument that takes free text, or stands under the name "".
    """
    values: dict[str, str] = {}
    free: list[str] = []
    names = {argument.name: argument for argument in entry.arguments}
    left = iter(tokens)
    for token in left:
        key, colon, value = token.partition(":")
        chosen = next((a.name for a in entry.arguments if token.lower() in a.choices and a.name not in values), None)
        if colon and key.lower() in names:
            values[key.lower()] = value or next(left, "")  # a blank after the colon is forgiven
        elif chosen:
            values[chosen] = token
        else:
            free.append(token)
    rest = [a.name for a in entry.arguments if a.rest]
    open_names = rest or [a.name for a in entry.arguments if a.name not in values and not a.choices]
    for position, token in enumerate(free):
        name = open_names[min(position, len(open_names) - 1)] if open_names else ""
        values[name] = f"{values[name]} {token}" if name in values else token
    return values
