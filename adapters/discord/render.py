"""Cards and forms as Discord draws them: a container of text and rows of buttons, or a modal.

A view is only a drawing here: discord.py takes it for finished, so that it keeps nothing of it in memory and changes
nothing in it, and the same may be sent many times.
What is pressed or filled in comes back as a string that says all there is to know.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from typing import Any

import discord
from discord import ui

from adapters.discord import blocks, limits
from adapters.discord.blocks import clip, one_line
from adapters.discord.fit import fit
from bot import wire
from bot.cards.model import Button, Buttons, Card, Field, File, Form, Menu, Tone

_COLOURS = {
    Tone.NEUTRAL: None,
    Tone.QUESTION: discord.Colour.blurple(),
    Tone.GOOD: discord.Colour.green(),
    Tone.BAD: discord.Colour.red(),
}

_Item = ui.Item[ui.LayoutView]


class Drawing(ui.LayoutView):
    """A message that nothing listens to here."""

    _drawn: list[dict[str, Any]] | None = None

    def is_finished(self) -> bool:
        """Always: discord.py remembers any other that it sends."""
        return True

    def to_components(self) -> list[dict[str, Any]]:
        """What is sent: the same each time, so it is put together once."""
        if self._drawn is None:
            self._drawn = super().to_components()  # type: ignore[no-untyped-call]  # discord.py leaves it untyped
        return self._drawn


def draw(card: Card) -> ui.LayoutView:
    """A card as one message, within Discord's limits whatever the card. What its files say is not drawn: see `files`.

    A crowd is shown few different cards, and drawing one takes longer than sending it.
    """
    if any(isinstance(block, File) for block in card.blocks):
        bare = tuple(replace(block, text="") if isinstance(block, File) else block for block in card.blocks)
        card = replace(card, blocks=bare)
    return _draw(card)


def files(card: Card) -> list[discord.File]:
    """What goes along with the message of a card, to be sent once."""
    found = (block for block in card.blocks if isinstance(block, File))
    return [discord.File(BytesIO(file.text.encode()), file.name) for file in found]


@lru_cache(maxsize=128)
def _draw(card: Card) -> ui.LayoutView:
    card = fit(card)
    items = list(_spread(card))
    if _count(items) > limits.COMPONENTS:
        items = list(_gather(card))
    view = Drawing(timeout=None)
    view.add_item(ui.Container(*items, accent_colour=_COLOURS[card.tone]))
    return view


def pinged(card: Card) -> discord.AllowedMentions:
    """Whom the message of a card may notify: one role at most, and nobody else whatever it says."""
    roles = [discord.Object(int(card.ping))] if card.ping and card.ping.isdecimal() else []
    return discord.AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False)


def window(form: Form) -> ui.Modal:
    """A form as a modal. What its button says is Discord's own."""
    title, form_id = clip(one_line(form.title), limits.MODAL_TITLE), wire.encode_form(form.word, form.given)
    modal = ui.Modal(title=title, custom_id=form_id)
    for field in form.fields:
        hint = clip(one_line(field.hint), limits.FIELD_HINT) or None
        label = clip(one_line(field.label), limits.FIELD_LABEL)
        modal.add_item(ui.Label(text=label, description=hint, component=_input(field)))
    modal.stop()
    return modal


def _spread(card: Card) -> Iterator[_Item]:
    """Every block in its place."""
    yield ui.TextDisplay(blocks.title(card.title))
    for block in card.blocks:
        if isinstance(block, Buttons):
            yield from _rows(block)
        elif isinstance(block, File):
            yield _attached(block)
        elif text := blocks.text(block):
            yield ui.TextDisplay(text)


def _gather(card: Card) -> Iterator[_Item]:
    """For a card of very many blocks: all text together, and the buttons below it."""
    yield ui.TextDisplay("\n".join([blocks.title(card.title), *filter(None, map(blocks.text, card.blocks))]))
    yield from (_attached(block) for block in card.blocks if isinstance(block, File))
    groups = [block for block in card.blocks if isinstance(block, Buttons)]
    yield from _rows(Buttons(tuple(button for group in groups if not group.menu for button in group.items)))
    for group in groups:
        yield from _rows(group) if group.menu else ()


def _attached(file: File) -> ui.File[ui.LayoutView]:
    """Where a file is to be seen: Discord shows none that no component points to."""
    return ui.File(f"attachment://{file.name}")


def _rows(group: Buttons) -> Iterator[_Item]:
    if group.menu:
        yield ui.ActionRow(_menu(group.menu))
        return
    for start in range(0, len(group.items), limits.ROW):
        yield ui.ActionRow(*map(_button, group.items[start : start + limits.ROW]))


def _menu(menu: Menu) -> ui.Select[ui.LayoutView]:
    options = [
        discord.SelectOption(label=clip(one_line(choice.label), limits.OPTION), value=choice.value)
        for choice in menu.choices
    ]
    return ui.Select(
        custom_id=wire.encode(menu.press),
        placeholder=clip(one_line(menu.label), limits.PLACEHOLDER),
        options=options,
        max_values=len(options),
    )


def _button(button: Button) -> ui.Button[ui.LayoutView]:
    return ui.Button(
        label=clip(one_line(button.label), limits.LABEL),
        custom_id=wire.encode(button.press),
        style=discord.ButtonStyle.primary if button.primary else discord.ButtonStyle.secondary,
    )


def _count(items: Sequence[_Item]) -> int:
    """The components of a message: the container, what stands in it, and the buttons in its rows."""
    return 1 + len(items) + sum(len(item.children) for item in items if isinstance(item, ui.ActionRow))


def _input(field: Field) -> ui.TextInput[ui.Modal] | ui.Select[ui.Modal]:
    if not field.choices or len(field.choices) > limits.OPTIONS:
        value = field.value[: limits.FIELD_VALUE] or None
        style = discord.TextStyle.paragraph if field.long else discord.TextStyle.short
        return ui.TextInput(custom_id=field.name, default=value, required=field.required, style=style)
    options = [
        discord.SelectOption(
            label=clip(one_line(choice.label), limits.OPTION), value=choice.value, default=choice.value == field.value
        )
        for choice in field.choices
    ]
    least = 1 if field.required else 0
    return ui.Select(custom_id=field.name, options=options, required=field.required, min_values=least)
