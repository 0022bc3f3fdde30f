"""The questions of one minute on Discord: all posted once, and none refused as too many."""

from bench.discord_day import floor, measure, rows, wrong
from bot.bank import Bank

DRILLS = 110  # more than two seconds' worth, so that without a pace some would be refused


async def test_every_question_of_a_minute_comes_once_and_none_is_refused(bank: Bank) -> None:
    seen, posts = await measure(DRILLS, bank)
    assert wrong(DRILLS, seen, posts) == ""
    row, *_ = rows(DRILLS, seen)
    assert (row.unit, row.baseline) == ("s", floor(DRILLS))
    assert row.figure >= floor(DRILLS)
