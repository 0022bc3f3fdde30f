"""Answers of many people through the real discord.py, the whole quiz and SQLite: none lost, none counted twice.

In large: `python -m bench.clicks --platform discord`.
"""

from bench.clicks import DISCORD, Measured, lost, rows
from bench.parts.discord_clicks import answers, floor
from bench.parts.outcome import Load

LOAD = Load(clicks=40, at_once=8, burst=60)


async def test_every_click_counts_once_and_is_acknowledged_in_time(sqlite_url: str) -> None:
    bare, ours = await floor(LOAD), await answers(LOAD, sqlite_url)
    measured = Measured([ours], {"acknowledging": [bare]})
    assert [*lost(DISCORD, LOAD, measured)] == []
    assert (ours.kept, ours.of) == (LOAD.clicks + LOAD.burst, LOAD.clicks + LOAD.burst)
    for outcome in (bare, ours):
        for clicks, number in ((outcome.seen, LOAD.clicks), (outcome.burst, LOAD.burst)):
            assert (len(clicks.waited), clicks.lost, clicks.unanswered, clicks.refused) == (number, 0, 0, [])
            assert len(clicks.told) == number
            assert clicks.quantile(1.0) <= 3.0
    table = {row.name: row for row in rows(DISCORD, measured)}
    assert table[f"{DISCORD}, in turn, beside acknowledging"].baseline == bare.seen.rate
    assert table[f"{DISCORD}, burst: never acknowledged"].figure == 0
