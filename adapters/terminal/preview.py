"""A card as the terminal would show it, without colours."""

from adapters.terminal.render import draw
from bot.cards.model import Card
from bot.ports import Preview

_WIDTH = 80


def preview(card: Card) -> Preview:
    """The lines that a pipe gets. A terminal has no limits."""
    return Preview(draw(card, _WIDTH, styled=False).rstrip("\n"))
