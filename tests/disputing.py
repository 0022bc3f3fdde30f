"""A round that people answered and that has closed, for what comes of disputing its key."""

from collections.abc import Mapping

from sqlalchemy import select

from bot.bank import Bank
from bot.commands import Answer, Dispute, Rule
from bot.domain.disputing import Ruling
from bot.domain.identity import Person
from bot.domain.question import Kind
from bot.domain.rounds import RoundState
from bot.play import rebuilding
from bot.play.rebuilding import Recounted
from bot.store.database import Database
from bot.store.models import Round, Score, Standing
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, House, Time
from tests.test_story import only

REASON = "On 2.0 it prints something else, I have just tried it."
Sums = Mapping[tuple[int, int], tuple[int, int, int]]
"""Points, how many right and of how many, by board and person."""


async def opened(database: Database, bank: Bank, time: Time, platform: Memory) -> tuple[House, Round]:
    """A house whose first question is open. Ada keeps it."""
    house = House(database, bank, time, [platform])
    await house.ask("setup at:09:00 zone:UTC days:daily")
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    async with database.reading() as session:
        return house, (await session.scalars(select(Round).where(Round.state == RoundState.OPEN))).one()


async def close(house: House, this: Round, said: Mapping[Person, tuple[str, bool]]) -> None:
    """People answer, surely or not; then it is revealed, and the next question is open."""
    for person, (choice, sure) in said.items():
        await house.ask(Answer(this.id, choice, sure), person)
    house.time.set("2026-11-24 09:00")
    await house.delivery.sweep()


async def disputed(
    database: Database, bank: Bank, time: Time, platform: Memory, kind: Kind = Kind.CHOICE
) -> tuple[House, Round, str]:
    """The same: Grace was right and sure, Linus gave another answer and disputes the key; what he said comes third."""
    bank = only(bank, kind)
    house, this = await opened(database, bank, time, platform)
    question = bank.question(this.question or "", this.version)
    assert question is not None
    letters = "".join(option.letter for option in question.options)
    ways = [*letters, *(a + b for a in letters for b in letters if a < b), this.key[::-1]]
    other = next(way for way in ways if way != this.key and (kind is not Kind.ORDER or len(way) == len(this.key)))
    await close(house, this, {GRACE: (this.key, True), LINUS: (other, False)})
    assert "Thank you" in await house.ask(Dispute(str(this.id), REASON), LINUS)
    return house, this, other


async def state(database: Database, round_id: int) -> Round:
    """A round as it is now."""
    async with database.reading() as session:
        return await session.get_one(Round, round_id)


async def sums(database: Database) -> Sums:
    """Everything that is kept of boards."""
    columns = (Standing.board_id, Standing.person_id, Standing.points, Standing.right, Standing.rounds)
    async with database.reading() as session:
        rows = await session.execute(select(*columns))
        return {(board, person): (points, right, rounds) for board, person, points, right, rounds in rows}


async def points(database: Database, round_id: int) -> Mapping[int, int]:
    """Everybody's points in a round."""
    async with database.reading() as session:
        rows = await session.scalars(select(Score).where(Score.round_id == round_id))
        return {score.person_id: score.points for score in rows}


async def counted_again(database: Database) -> Recounted:
    """What `rebuild` finds."""
    async with database.writing() as session:
        [home] = await rebuilding.workspaces(session)
        return await rebuilding.rebuild(session, home)


async def rule(house: House, this: Round, ruling: Ruling, answer: str | None = None, person: Person = ADA) -> str:
    """A keeper decides, who knows of everything that was decided."""
    now = await state(house.database, this.id)
    return await house.ask(Rule(this.id, ruling, answer, now.rulings), person)
