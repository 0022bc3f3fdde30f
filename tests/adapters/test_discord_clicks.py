"""Answers of many people through the real discord.py, the whole quiz and SQLite: none lost, none counted twice.

In large: `python -m bench.discord_clicks --clicks 60000 --at-once 200 --burst 2000`.
"""

from bench.discord_clicks import answers, floor, rows

CLICKS, AT_ONCE, BURST = 40, 8, 60


async def test_every_click_counts_once_and_is_acknowledged_in_time(database_url: str) -> None:
    bare = await floor(CLICKS, AT_ONCE, BURST)
    seen, burst, kept, of = await answers(CLICKS, AT_ONCE, BURST, database_url)
    assert (kept, of) == (CLICKS + BURST, CLICKS + BURST)
    for clicks, number in ((bare[0], CLICKS), (bare[1], BURST), (seen, CLICKS), (burst, BURST)):
        assert (len(clicks.waited), clicks.lost, clicks.unanswered, clicks.refused) == (number, 0, 0, [])
        assert clicks.quantile(1.0) <= 3.0
    table = {row.name: row for row in rows(bare, (seen, burst))}
    assert table["in turn: answers"].baseline == len(bare[0].waited) / bare[0].seconds
    assert table["in turn: asked to wait"].ratio_to_baseline is None
