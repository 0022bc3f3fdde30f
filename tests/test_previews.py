"""Cards as `question show` draws them: everything that would be sent, within what a platform allows."""

import re

import pytest

from bot.cards.model import Buttons, Card
from bot.cards.practice import explained, practise
from bot.domain.question import Kind, Question
from bot.play.practice import Explained, ToPractise
from bot.plugs import plugs
from bot.ports import Previewer
from tests import gallery
from tests.exchange.examples import LARGEST

PREVIEWERS: dict[str, Previewer] = {plug.name: plug.load() for plug in plugs("sqla_quiz.previews")}
EACH = pytest.mark.parametrize("name", PREVIEWERS)


def squeezed(text: str) -> str:
    """Words without what a platform puts around or between them."""
    return re.sub(r"[\W_]+", "", text)


def test_every_platform_can_be_previewed() -> None:
    assert sorted(PREVIEWERS) == ["discord", "slack", "terminal"]


@EACH
@pytest.mark.parametrize("question", LARGEST, ids=lambda question: question.kind)
def test_a_question_is_shown_whole_within_the_limits(name: str, question: Question) -> None:
    for card in (practise(ToPractise(question, None, None)), explained(Explained(question))):
        preview = PREVIEWERS[name](card)
        assert all(0 < number <= most for _, number, most in preview.used)
        assert squeezed(question.stem) in squeezed(preview.text)
        if question.kind is not Kind.OPEN:
            assert all(squeezed(option.text) in squeezed(preview.text) for option in question.options)
        assert all(label in preview.text for label in labels(card))


def labels(card: Card) -> list[str]:
    return [button.label for block in card.blocks if isinstance(block, Buttons) for button in block.items]


@EACH
def test_a_card_full_of_links_moments_and_markup_is_words(name: str) -> None:
    for card in (gallery.question(), gallery.reveal(), gallery.board(), gallery.personal()):
        text = PREVIEWERS[name](card).text
        assert all(label in text for label in labels(card))
        assert "```" not in text.replace("```\nfence", "").replace("` ` `", "") or card == gallery.board()


def test_code_stands_beside_a_line_and_buttons_in_brackets() -> None:
    for name in ("discord", "slack"):
        text = PREVIEWERS[name](gallery.question()).text
        assert "  │ s.add(User(name=" in text
        assert "[ A ] [ B ] [ C ]" in text
