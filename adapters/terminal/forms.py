"""Asks for what a form needs, one field after the other."""

from collections.abc import Awaitable, Callable

from adapters.terminal import clean, words
from adapters.terminal.keyboard import Sign
from bot.cards.model import Field, Form

Read = Callable[[str], Awaitable[str | Sign]]
Say = Callable[[str], None]


async def fill(form: Form, read: Read, say: Say) -> dict[str, str] | None:
    """The values by field name; `None` where the person thought better of it."""
    values: dict[str, str] = {}
    for field in form.fields:
        value = await _ask(field, read, say)
        if value is None:
            return None
        values[field.name] = value
    return values


async def _ask(field: Field, read: Read, say: Say) -> str | None:
    for number, choice in enumerate(field.choices, 1):
        say(f"  {number}  {choice.label}")
    kept = f" [{field.value}]" if field.value else ""
    while True:
        typed = await read(clean.line(f"{field.label}{kept}: "))
        if isinstance(typed, Sign) or typed.strip() == ".":
            return None
        value, wrong = _value(field, typed.strip())
        if not wrong:
            return value
        say(wrong)


def _value(field: Field, typed: str) -> tuple[str, str]:
    """What a line means for a field, or else what is wrong with it."""
    value = {"": field.value, "-": ""}.get(typed, typed)
    if not value:
        return "", words.NEEDED if field.required else ""
    if not field.choices:
        return value, ""
    known = {key.casefold(): choice.value for choice in field.choices for key in (choice.label, choice.value)}
    known |= {str(number): choice.value for number, choice in enumerate(field.choices, 1)}
    chosen = known.get(value.casefold())
    return (chosen, "") if chosen is not None else ("", words.no_choice(value, len(field.choices)))
