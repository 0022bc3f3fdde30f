"""What `doctor --live` tries out: one of everything that people are shown."""

from typing import get_args

from bot.bank import Bank
from bot.cards import text
from bot.cards.model import Block, Card, Form
from bot.domain.question import Kind
from bot.samples import samples


def test_every_kind_of_question_and_of_block_is_among_them(bank: Bank) -> None:
    shown = samples(bank)
    cards = [says for says in shown if isinstance(says, Card)]
    assert {type(block) for card in cards for block in card.blocks} == {*get_args(Block)}
    assert {says.word for says in shown if isinstance(says, Form)} == {"setup", "compare"}
    words = "\n".join(text.render(says) for says in shown)
    kinds = {question.kind for question in bank.edition("") if question.slug in words}
    assert kinds == {*Kind}


def test_without_questions_the_rest_is_still_there() -> None:
    assert len(samples(Bank({"2.1": {}}, {"states": "Object states"}))) > 5
