"""Answers of many people through the real slack-bolt, the whole quiz and SQLite: none lost, none counted twice.

In large: `python -m bench.clicks --platform slack`.
"""

import pytest

from bench.clicks import HTTP, SOCKET, Measured, lost, rows
from bench.parts.outcome import Load
from bench.parts.slack_clicks import answers, floor

LOAD = Load(clicks=40, at_once=8, burst=60)


@pytest.mark.parametrize("way", [SOCKET, HTTP])
async def test_every_click_counts_once_and_is_acknowledged_in_time(sqlite_url: str, way: str) -> None:
    bare = await floor(LOAD, over_http=way == HTTP, word=False)
    word = await floor(LOAD, over_http=way == HTTP, word=True)
    ours = await answers(LOAD, sqlite_url, over_http=way == HTTP)
    measured = Measured([ours], {"acknowledging": [bare], "acknowledging and one word": [word]})
    assert [*lost(way, LOAD, measured)] == []
    for outcome in (bare, word, ours):
        for clicks, number in ((outcome.seen, LOAD.clicks), (outcome.burst, LOAD.burst)):
            assert (len(clicks.waited), clicks.lost, clicks.unanswered, clicks.refused) == (number, 0, 0, [])
            assert clicks.quantile(1.0) <= 3.0
    table = {row.name: row for row in rows(way, measured)}
    assert table[f"{way}, in turn, beside acknowledging"].baseline == bare.seen.rate
    assert table[f"{way}, burst, beside acknowledging and one word"].baseline == word.burst.rate
