"""Cards too long for one message, made to fit: code is cut before words, the longest first, and nothing is left out."""

from dataclasses import replace

from adapters.discord import blocks
from adapters.discord.limits import TEXT
from bot.cards.model import Block, Card, Code, Prose, Text
from bot.cards.text import lines

_CLOSING = 40  # room for the line that says how much was cut
_LEAST = 80  # shorter code is not worth cutting


def fit(card: Card) -> Card:
    """The card itself where it fits, else the same blocks with less in the longest of them."""
    keep = {place: len(block.source) for place, block in enumerate(card.blocks) if isinstance(block, Code)}
    fitting = card
    while (excess := _length(fitting) - TEXT) > 0:
        longest = max(keep, key=lambda place: keep[place], default=None)
        if longest is None or keep[longest] < _LEAST:
            return _clip_words(fitting)
        keep[longest] = max(keep[longest] // 2, keep[longest] - excess - _CLOSING)
        cut = (_cut(block, keep.get(place, 0)) for place, block in enumerate(card.blocks))
        fitting = replace(card, blocks=tuple(cut))
    return fitting


def _length(card: Card) -> int:
    return len(blocks.title(card.title)) + sum(len(blocks.text(block)) + 1 for block in card.blocks)


def _cut(block: Block, keep: int) -> Block:
    """Code up to the last whole line within `keep` characters, and a line that counts the others."""
    if not isinstance(block, Code) or len(block.source) <= keep:
        return block
    kept = block.source[:keep]
    kept = kept[: kept.rfind("\n")] if "\n" in kept else kept
    return replace(block, source=f"{kept}\n… {len(block.source) - len(kept):,} more characters")


def _clip_words(card: Card) -> Card:
    """Where there is no code left to cut: the longest block as plain words, halved until all fits."""
    while _length(card) > TEXT:
        sizes = [len(blocks.text(block)) for block in card.blocks]
        longest = sizes.index(max(sizes))
        words = "\n".join(lines(card.blocks[longest]))
        half = Prose((Text(f"{words[: len(words) // 2]}…"),))
        card = replace(card, blocks=(*card.blocks[:longest], half, *card.blocks[longest + 1 :]))
    return card
