"""A deploy in the middle of a round: the bank changes while people answer."""

from dataclasses import replace

from bot.bank import Bank
from bot.commands import Answer
from bot.domain.question import LETTERS, Kind, Option
from bot.store.database import Database
from tests.fakes.memory import Memory
from tests.house import GRACE, House, Time


async def test_a_step_that_a_deploy_adds_to_an_open_order_does_not_keep_its_round_from_closing(
    database: Database, bank: Bank, time: Time
) -> None:
    asked = next(q for q in bank.edition("") if q.kind is Kind.ORDER and len(q.options) < len(LETTERS))
    more = LETTERS[len(asked.options)]
    longer = replace(asked, options=(*asked.options, Option(more, "One more step", "It is new.")), key=asked.key + more)
    platform = Memory()
    before = House(database, Bank({"2.1": {asked.slug: asked}}, bank.topics), time, [platform])
    await before.ask("setup at:09:00 zone:Europe/Berlin days:daily")
    time.set("2026-11-23 08:00")
    await before.delivery.sweep()
    after = House(database, Bank({"2.1": {asked.slug: longer}}, bank.topics), time, [platform])
    assert "Recorded" in await after.ask(Answer(1, more + asked.key), GRACE)
    time.set("2026-11-24 08:00")
    await after.delivery.sweep()
    assert "10 points" in await after.ask("board", GRACE)
