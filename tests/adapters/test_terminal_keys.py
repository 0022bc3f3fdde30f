"""Which key presses what, and what a typed line means."""

import pytest

from adapters.terminal.keys import Ask, Back, Leave, Meaning, NoKey, Nothing, Press, Sit, keys, read
from bot.cards.model import Button, Buttons, Card, say
from bot.commands import Answer, Board, Help, Home, Misread, MyStats, Practice, Today, Why
from bot.domain.standings import Scope, Span
from tests import gallery

SURE = Button("I'm sure", Answer(1, "B", sure=True), primary=True)
A, C = Button("A", Answer(1, "A")), Button("C", Answer(1, "C"))
BOARD = Button("Board", Board())
RECEIPT = Card("Recorded", (say("B."), Buttons((SURE, A, C)), Buttons((BOARD,))), "")


def test_letters_keep_their_key_and_the_others_are_numbered() -> None:
    assert keys(RECEIPT) == {"1": SURE, "A": A, "C": C, "2": BOARD}


def test_a_letter_used_twice_is_numbered_the_second_time() -> None:
    again = Button("A", Answer(2, "A"))
    assert keys(Card("t", (Buttons((A, again)),), "")) == {"A": A, "1": again}


@pytest.mark.parametrize("name", gallery.CARDS)
def test_every_button_of_the_gallery_has_a_key_of_its_own(name: str) -> None:
    card = gallery.CARDS[name]()
    buttons = [button for block in card.blocks if isinstance(block, Buttons) for button in block.items]
    assert list(keys(card).values()) == buttons


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("a", Press(A)),
        (" C ", Press(C)),
        ("2", Press(BOARD)),
        ("", Press(SURE)),
        ("  ", Press(SURE)),
        ("b", NoKey("B")),
        ("3", NoKey("3")),
        ("z", NoKey("Z")),
        ("q", Leave()),
        ("Quit", Leave()),
        ("exit", Leave()),
        ("back", Back()),
        ("?", Ask(Help())),
        ("help", Ask(Help())),
        ("as Grace Hopper", Sit("Grace Hopper")),
        ("as", Sit("")),
        ("today", Ask(Today())),
        ("/today", Ask(Today())),
        ("TODAY", Ask(Today())),
        ("/sqla-quiz", Ask(Home())),
        ("sqla-quiz me", Ask(MyStats())),
        ("/sqla-quiz board teams season", Ask(Board(Scope.TEAMS, Span.SEASON))),
        ("practice transactions 3", Ask(Practice("transactions", 3))),
        ("serup", Ask(Misread("serup", Why.WORD, near=("setup",)))),
        ("a b", Ask(Misread("a b", Why.WORD))),
        ("back home", Ask(Misread("back home", Why.WORD))),
    ],
)
def test_a_line_is_a_key_or_words(typed: str, meaning: Meaning) -> None:
    assert read(typed, keys(RECEIPT)) == meaning


def test_enter_does_nothing_where_nothing_is_primary() -> None:
    assert read("", {"A": A}) == Nothing()
    assert read("", {}) == Nothing()
