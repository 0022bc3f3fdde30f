"""Buttons that nobody was given, sent through the real platforms: a polite answer, nothing changed, nothing raised."""

import logging
from datetime import datetime

import pytest
from sqlalchemy import text

from bot.bank import Bank
from bot.domain.identity import Place
from bot.store.database import Database
from bot.store.places import find_place
from bot.store.rounds import next_planned, open_round
from tests.fakes.discord.stage import DiscordStage
from tests.fakes.slack.stage import SlackStage
from tests.house import ADA, PLACE, House, Time
from tests.stage import ADMIN, MEMBERS

FORGED = [
    "q1:answer:{theirs}:A",
    "q1:result:{theirs}",
    "q1:answer:999:A",
    "q1:answer:{open}:Z",
    "q1:answer:{open}:",
    "q1:result:{open}",
    "q0:answer:{open}:A",
    "q9:answer:{open}:A",
    "q1:answer:{open}:%00",
    "q1:answer:99999999999999999999:A",
    "q1:stop",
    "q1:team:join:::999",
    "q1:team:disband:::{team}:{team}",
    "q1:team:rename:Mine::{team}",
    "q1:team:join:::{team}",
    "q1:team:assign::1 Ada:{team}",
    "q1:team:draft:2:::1",
    "q1:teamrank:{team}",
    "q1:teamrank:{team}:all:workspace",
    "q1:link:ACDEF-GHJKM",
    "q1:link:off:yes",
    "q1:house",
    "q1:house:off:yes",
    "q1:reveal",
    "q1-form:setup",
    "a custom id of somebody else's",
    "🦆" * 20,
]


async def rows(database: Database) -> list[object]:
    """What could have been changed."""
    async with database.reading() as session:
        tables = ("drill", "round", "posting", "answer", "score", "person", "team", "member")
        return [tuple(row) for table in tables for row in await session.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608  # our own names


async def round_in(database: Database, place: Place, now: datetime) -> int:
    """The id of a place's round of today, or of the first that is planned."""
    async with database.reading() as session:
        found = await find_place(session, place)
        assert found is not None
        this = await open_round(session, found.id) or await next_planned(session, found.id, now)
        assert this is not None
        return this.id


@pytest.mark.parametrize("platform", [DiscordStage, SlackStage])
async def test_forged_buttons_are_answered_and_change_nothing(
    platform: type[DiscordStage] | type[SlackStage],
    database: Database,
    bank: Bank,
    time: Time,
    caplog: pytest.LogCaptureFixture,
) -> None:
    grace, *_ = MEMBERS
    async with platform() as stage:
        house = House(database, bank, time, [stage.platform])
        await stage.connect(house.quiz)
        await stage.ask(ADMIN, "setup at:09:00 zone:UTC days:daily")
        await house.ask("setup at:09:00 zone:UTC days:daily", ADA, PLACE)  # another workspace's rounds
        await house.ask("team create Owls", ADA, PLACE)  # and its team, the only one that there is
        await stage.ask(ADMIN, "post")
        await house.idle()
        [posted] = stage.channel()
        ids = {
            "open": await round_in(database, stage.place, time.now),
            "team": 1,
            "theirs": await round_in(database, PLACE, time.now),
        }
        before = await rows(database)
        with caplog.at_level(logging.WARNING):
            for forged in FORGED:
                answer = await stage.forge(grace, posted, forged.format(**ids))
                assert answer.text
                assert "went wrong" not in answer.text, forged
        assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
        assert await rows(database) == before
        assert list(stage.channel()) == [posted]
        await stage.disconnect()
