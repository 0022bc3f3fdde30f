"""Many drills due in one minute, through the real delivery, SQLite and discord.py, on a Discord that counts.

The full number takes a quarter of a minute: `python -m bench.discord_day --drills 600`.
"""

from bench.discord_day import morning
from bot.bank import Bank
from bot.store.database import Database
from tests.fakes.discord import DiscordStage
from tests.house import House, Time

DRILLS = 110  # more than two seconds' worth, so that without a pace some would be refused


async def test_every_question_of_a_minute_comes_once_and_none_is_refused(
    database: Database, bank: Bank, time: Time
) -> None:
    async with DiscordStage() as stage:
        stage.server.rates.buckets = True
        day = await morning(House(database, bank, time, [stage.platform]), stage, DRILLS)
        requests = [request for request in stage.server.requests if request.startswith("POST /api/v10/channels/")]
    assert (day.posted, day.twice, day.refused, len(requests)) == (DRILLS, 0, 0, DRILLS)
