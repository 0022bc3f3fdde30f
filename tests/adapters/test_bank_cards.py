"""Every card of every shipped question, on both versions: whole and within the limits of each platform."""

from collections.abc import Callable, Iterable, Iterator

import pytest
from wcwidth import wcswidth

from adapters.discord.render import draw as draw_for_discord
from adapters.slack.render import message
from adapters.terminal.render import draw as draw_for_terminal
from bot.bank import Bank
from bot.cards.model import Block, Card, Code, Timeline
from bot.cards.text import timeline
from tests import spoken
from tests.fakes.discord import limits as discord
from tests.fakes.slack import limits as slack
from tests.fakes.slack.visible import read_message

WIDTH = 80


def on_discord(card: Card) -> Iterator[str]:
    """What is wrong with a card as Discord gets it."""
    components = [{**item.to_component_dict()} for item in draw_for_discord(card).children]
    yield from discord.message({"components": components, "flags": discord.V2, "allowed_mentions": {"parse": []}})
    yield from _missing(card, "\n".join(str(each.get("content", "")) for each in discord.walk(components)))


def on_slack(card: Card) -> Iterator[str]:
    """What is wrong with a card as Slack gets it."""
    drawn = message(card)
    yield from slack.message({"channel": "C0QUIZ", **drawn})
    yield from _missing(card, read_message("1", drawn).text)


def at_a_terminal(card: Card) -> Iterator[str]:
    """What is wrong with a card on a screen."""
    drawn = draw_for_terminal(card, WIDTH, styled=False)
    yield from (f"too wide: {line}" for line in drawn.splitlines() if wcswidth(line) > WIDTH)
    yield from _missing(card, drawn)


def _missing(card: Card, shown: str) -> Iterator[str]:
    """Lines of programs, output, SQL and states that cannot be read there."""
    seen = _pressed_together(shown)
    for block in card.blocks:
        yield from (f"not shown: {line}" for line in _verbatim(block) if _pressed_together(line) not in seen)


def _verbatim(block: Block) -> Iterable[str]:
    match block:
        case Code(source):
            return source.splitlines()
        case Timeline(steps):
            return timeline(steps)
        case _:
            return ()


def _pressed_together(text: str) -> str:
    """Without blanks, escapes and quotes, which platforms write and break in their own ways."""
    return "".join(char for char in text if not char.isspace() and char not in "\\'`\u200b")


@pytest.mark.whole_bank
@pytest.mark.timeout(300)
@pytest.mark.parametrize("wrong", [on_discord, on_slack, at_a_terminal])
@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_every_card_of_every_question_is_shown_whole(
    bank: Bank, version: str, wrong: Callable[[Card], Iterator[str]]
) -> None:
    found = {
        (question.slug, name): problems
        for question in bank.edition(version)
        for name, card in spoken.cards_of(question)
        if (problems := list(wrong(card())))
    }
    assert found == {}
