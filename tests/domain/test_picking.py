"""Which question comes next: nothing again before everything came, and always the same for the same seed."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.picking import cycle, pick
from bot.domain.question import Kind, Question


def question(slug: str, level: int = 1) -> Question:
    """A question of which only the name and the level matter."""
    return Question(
        slug=slug,
        revision="1",
        kind=Kind.CHOICE,
        level=level,
        topics=("basics",),
        version="2.1",
        release="2.1.9",
        stem="",
        code="",
        output="",
        sql="",
        options=(),
        key="A",
        explanation="",
        docs=(),
    )


SLUGS = [f"sess-{number:04}" for number in range(30)]
banks = st.lists(st.builds(question, st.sampled_from(SLUGS), st.integers(1, 4)), min_size=1, unique_by=lambda q: q.slug)


def play(bank: list[Question], rounds: int, seed: str) -> list[str]:
    """The questions of so many rounds."""
    asked: Counter[str] = Counter()
    order = []
    for _ in range(rounds):
        chosen = pick(bank, asked, seed)
        assert chosen is not None
        asked[chosen.slug] += 1
        order.append(chosen.slug)
    return order


@given(banks, st.text(max_size=5))
def test_no_question_comes_again_before_all_have_come(bank: list[Question], seed: str) -> None:
    order, size = play(bank, 3 * len(bank), seed), len(bank)
    for start in range(0, 3 * size, size):
        assert sorted(order[start : start + size]) == sorted(question.slug for question in bank)


@given(banks, st.dictionaries(st.sampled_from(SLUGS), st.integers(0, 3)), st.text(max_size=5))
def test_the_choice_is_one_of_those_asked_least_whatever_order_the_bank_is_in(
    bank: list[Question], asked: dict[str, int], seed: str
) -> None:
    chosen = pick(bank, asked, seed)
    assert chosen is not None
    assert asked.get(chosen.slug, 0) == min(asked.get(question.slug, 0) for question in bank)
    assert pick(bank[::-1], dict(reversed(asked.items())), seed) == chosen


def test_the_level_climbs_through_four_rounds_and_starts_again() -> None:
    bank = [question(slug, number % 4 + 1) for number, slug in enumerate(SLUGS[:12])]
    level = {question.slug: question.level for question in bank}
    assert [level[slug] for slug in play(bank, 12, "place")] == [1, 2, 3, 4] * 3


def test_where_a_level_is_used_up_the_nearest_one_serves() -> None:
    bank = [question("easy", 1), question("hard", 4), question("harder", 4)]
    assert play(bank, 3, "place")[0] == "easy"
    assert pick(bank, {"easy": 1, "hard": 3}, "place") == bank[2], "level 1 is wanted again, but it is not its turn"


def test_other_places_get_other_orders_and_so_does_the_next_time_round() -> None:
    bank = [question(slug) for slug in SLUGS]
    orders = {tuple(play(bank, len(bank), seed)) for seed in ("1", "2", "3", "4")}
    assert len(orders) == 4
    twice = play(bank, 2 * len(bank), "1")
    assert twice[: len(bank)] != twice[len(bank) :]


def test_a_retired_question_does_not_count_and_a_new_one_comes_first() -> None:
    bank = [question("old"), question("new")]
    chosen = pick(bank, {"old": 2, "retired": 0}, "place")
    assert chosen is not None
    assert chosen.slug == "new"


@pytest.mark.parametrize("after", [None, "sess-0001"])
def test_an_empty_bank_has_nothing_to_ask(after: str | None) -> None:
    assert pick([], {}, "place") is None
    assert cycle([], after, "person") is None


@given(banks, st.text(max_size=5))
def test_a_cycle_passes_every_question_once_and_comes_back_to_the_first(bank: list[Question], seed: str) -> None:
    order = [cycle(bank, None, seed)]
    for _ in bank:
        last = order[-1]
        assert last is not None
        order.append(cycle(bank[::-1], last.slug, seed))
    *once, again = order
    assert sorted(question.slug for question in once if question) == sorted(question.slug for question in bank)
    assert again == once[0]


@given(banks.filter(lambda bank: len(bank) > 1), st.text(max_size=5))
def test_a_cycle_goes_on_where_it_was_after_its_question_is_gone(bank: list[Question], seed: str) -> None:
    order = [first := cycle(bank, None, seed)]
    for _ in bank[1:]:
        last = order[-1]
        assert last is not None
        order.append(cycle(bank, last.slug, seed))
    for gone, following in pairwise([*order, first]):
        assert gone is not None
        assert cycle([each for each in bank if each != gone], gone.slug, seed) == following


def test_two_people_go_through_the_bank_in_different_orders() -> None:
    bank = [question(slug) for slug in SLUGS]
    assert len({chosen.slug for person in range(9) if (chosen := cycle(bank, None, f"person {person}"))}) > 1
