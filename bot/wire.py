"""A command as a short string, for a button to carry and a platform to hand back: `Answer(12, "B")` ⇄ `q1:answer:12:B`.

The string travels through other people's clients and may come back old, cut or forged. `decode` therefore never
raises: what it cannot read becomes `Misread`, and what it can read is only a wish, which `play` judges.
"""

from collections.abc import Iterable
from dataclasses import MISSING, fields
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import get_args, get_type_hints
from urllib.parse import quote, unquote

from bot.commands import Command, Misread, Why

VERSION = "q1"
LONGEST = 90  # Discord allows 100 characters and an adapter may want a few of its own
_LARGEST_INT = 2**31 - 1  # PostgreSQL's integer, so that a forged id cannot break a query
_COMMANDS: dict[str, type[Command]] = {kind.__name__.lower(): kind for kind in get_args(Command) if kind is not Misread}
_TYPES = {kind: get_type_hints(kind) for kind in _COMMANDS.values()}
_FLAGS = {"1": True}
_FORM = f"{VERSION}-form:"


def encode(command: Command) -> str:
    """The string of a command, at most `LONGEST` characters. Raises `ValueError` where it would be longer."""
    text = _text(command)
    if len(text) > LONGEST:
        raise ValueError(f"{text!r} is longer than the {LONGEST} characters a button can carry")
    return text


def _text(command: Command) -> str:
    values = [_write(getattr(command, field.name)) for field in fields(command)]
    while values and not values[-1]:
        values.pop()
    return ":".join([VERSION, type(command).__name__.lower(), *values])


def chosen(text: str, values: Iterable[str]) -> str:
    """The string of a menu's command with what was chosen from it, said in the first place that it leaves empty.

    Never raises: of what is not the string of a command it makes none.
    """
    command, parts = text.split(":")[:2], text.split(":")[2:]
    said = "".join(quote(value, safe="", errors="replace") for value in values)
    place = parts.index("") if "" in parts else len(parts)
    return ":".join([*command, *parts[:place], said, *parts[place + 1 :]])


@lru_cache(maxsize=1024)  # a crowd presses few different buttons
def decode(text: str) -> Command:
    """The command of a string; `Misread` where it is not one of ours or not of this version."""
    version, _, rest = text.partition(":")
    name, *values = rest.split(":")
    kind = _COMMANDS.get(name)
    if len(text) > LONGEST or version != VERSION or kind is None or len(values) > len(fields(kind)):
        return Misread(text[:LONGEST], Why.BUTTON)
    arguments: dict[str, object] = {}
    for position, field in enumerate(fields(kind)):
        raw = values[position] if position < len(values) else ""
        try:
            value = _read(raw, _TYPES[kind][field.name])
        except (ValueError, KeyError):
            return Misread(text[:LONGEST], Why.BUTTON)
        if value is not None:
            arguments[field.name] = value
        elif field.default is MISSING:
            return Misread(text[:LONGEST], Why.BUTTON)
    command = kind(**arguments)  # type: ignore[arg-type]  # each value was read by its field's own type just above
    # What was read can always be put on a button again: a string written oddly may be shorter than ours.
    return command if len(_text(command)) <= LONGEST else Misread(text[:LONGEST], Why.BUTTON)


def encode_form(word: str, given: Iterable[tuple[str, str]] = ()) -> str:
    """The id of the form that asks for the arguments of a grammar word, with those that are given already.

    Raises `ValueError` where it would be longer than `LONGEST` characters.
    """
    text = ":".join([_FORM + word, *(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in given)])
    if len(text) > LONGEST:
        raise ValueError(f"{text!r} is longer than the {LONGEST} characters a form can carry")
    return text


def decode_form(text: str) -> tuple[str, dict[str, str]] | None:
    """The grammar word of a form's id and the arguments given, or `None` if it is not the id of a form of ours."""
    if not text.startswith(_FORM):
        return None
    word, *pairs = text.removeprefix(_FORM).split(":")
    return word, {unquote(name): unquote(value) for name, _, value in (pair.partition("=") for pair in pairs)}


def _write(value: object) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "1"
        case Enum():
            return quote(str(value.value), safe="")
        case _:
            return quote(str(value), safe="")


def _read(raw: str, hint: object) -> object:
    """A field's value, `None` where nothing was said. Raises `ValueError` or `KeyError` for what its type forbids."""
    if isinstance(hint, UnionType):
        hint = next(part for part in get_args(hint) if part is not NoneType)
    if raw == "":
        return None
    text = unquote(raw, errors="strict")
    if not text.isprintable():
        raise ValueError("control characters")
    if hint is bool:
        return _FLAGS[text]
    if hint is int:
        return _number(text)
    if isinstance(hint, type) and issubclass(hint, str):  # a plain str, or one of the string enums
        return hint(text)
    raise TypeError(f"{hint!r} is not a type that a command may carry")


def _number(text: str) -> int:
    number = int(text)
    if str(number) != text or not 0 <= number <= _LARGEST_INT:
        raise ValueError(text)
    return number
