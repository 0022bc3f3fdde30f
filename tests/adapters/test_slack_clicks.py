"""Answers of many people through the real slack-bolt, the whole quiz and SQLite: none lost, none counted twice.

In large: `python -m bench.slack_clicks --clicks 60000 --at-once 200 --burst 2000`.
"""

import pytest

from bench.slack_clicks import Load, answers, floor, rows, wrong

LOAD = Load(clicks=40, at_once=8, burst=60)


@pytest.mark.parametrize("way", ["socket", "http"])
async def test_every_click_counts_once_and_is_acknowledged_in_time(database_url: str, way: str) -> None:
    bare = await floor(LOAD, over_http=way == "http", word=False)
    word = await floor(LOAD, over_http=way == "http", word=True)
    ours = await answers(LOAD, database_url, over_http=way == "http")
    assert wrong(LOAD, ours) == ""
    for outcome in (bare, word, ours):
        for clicks, number in ((outcome.seen, LOAD.clicks), (outcome.burst, LOAD.burst)):
            assert (len(clicks.waited), clicks.lost, clicks.unanswered, clicks.refused) == (number, 0, 0, [])
            assert clicks.quantile(1.0) <= 3.0
    table = {row.name: row for row in rows(way, bare, word, ours)}
    assert table[f"{way}, in turn: answers"].baseline == bare.seen.rate
    assert table[f"{way}, burst: answers, beside one word"].baseline == word.burst.rate
