"""The lease on hearing a platform: one process at a time, and no moment in which nobody may begin."""

import asyncio
from datetime import timedelta

import pytest

from bot.store import listening
from bot.store.database import Database
from tests.house import Time

LEASE = timedelta(seconds=15)
TIMED = pytest.mark.sqlite_only("on a server its own clock is asked, which no test can set")


class Lease:
    """One process's view of the lease, each call in a transaction of its own."""

    def __init__(self, database: Database, holder: str, time: Time) -> None:
        self.database, self.holder, self.time = database, holder, time

    async def take(self) -> bool:
        async with self.database.writing() as session:
            return await listening.take(session, "discord", self.holder, LEASE, self.time)

    async def renew(self, *, is_heard: bool = True) -> bool:
        async with self.database.writing() as session:
            return await listening.renew(session, "discord", self.holder, LEASE, self.time, is_heard=is_heard)

    async def hand_over(self) -> bool:
        async with self.database.writing() as session:
            return await listening.hand_over(session, "discord", self.holder, self.time)

    async def is_handed_over(self) -> bool:
        async with self.database.reading() as session:
            return await listening.is_handed_over(session, "discord", self.holder)

    async def is_free(self) -> bool:
        async with self.database.reading() as session:
            return await listening.is_free(session, "discord", self.time)


@pytest.fixture
def old(database: Database, time: Time) -> Lease:
    return Lease(database, "old", time)


@pytest.fixture
def new(database: Database, time: Time) -> Lease:
    return Lease(database, "new", time)


async def test_one_holds_it_for_as_long_as_it_renews(old: Lease, new: Lease, time: Time) -> None:
    assert await new.is_free()
    assert await old.take()
    for _ in range(3):
        assert not await new.take()
        assert not await new.is_free()
        time.pass_(seconds=14)
        assert await old.renew()


@TIMED
async def test_whoever_does_not_renew_loses_it_to_whoever_comes(old: Lease, new: Lease, time: Time) -> None:
    assert await old.take()
    time.pass_(seconds=15)
    assert await new.is_free()
    assert await new.take()
    assert not await old.renew()
    assert not await old.take()


async def test_nobody_else_in_between_lets_it_be_renewed_late(old: Lease, time: Time) -> None:
    assert await old.take()
    time.pass_(seconds=20)
    assert await old.renew()


async def test_it_is_handed_over_to_whoever_waits(old: Lease, new: Lease) -> None:
    assert await old.take()
    assert await old.renew()
    assert not await new.take()
    assert await old.hand_over()
    assert await new.is_free()
    assert await new.take()
    assert not await old.is_handed_over()
    assert await new.renew(is_heard=False)
    assert not await old.is_handed_over()
    assert await new.renew()
    assert await old.is_handed_over()
    assert not await old.hand_over()


@TIMED
async def test_nobody_waits_who_has_not_said_so_lately(old: Lease, new: Lease, time: Time) -> None:
    assert await old.take()
    assert not await new.take()
    time.pass_(seconds=14)
    assert await old.renew()
    time.pass_(seconds=1)
    assert not await old.hand_over()


async def test_two_that_come_at_once_do_not_both_get_it(database: Database, database_url: str, time: Time) -> None:
    others = [Database(database_url) for _ in range(4)]
    leases = [Lease(each, f"process {number}", time) for number, each in enumerate([database, *others])]
    taken = await asyncio.gather(*(each.take() for each in leases))
    assert sorted(taken) == [False, False, False, False, True]
    for each in others:
        await each.close()


@TIMED
async def test_the_time_is_asked_for_once_the_row_is_ours(
    old: Lease, database: Database, database_url: str, time: Time
) -> None:
    """Whoever waited long for the lock must not take a lease that was renewed meanwhile for one that is over."""
    assert await old.take()
    elsewhere = Database(database_url)
    new = Lease(elsewhere, "new", time)
    async with database.writing() as session:
        await listening.renew(session, "discord", "old", LEASE, time, is_heard=True)
        waiting = asyncio.create_task(new.take())
        while elsewhere._writer.pool.checkedout() == 0:  # type: ignore[attr-defined]  # noqa: ASYNC110  # a pool of one
            await asyncio.sleep(0)
        time.pass_(seconds=16)
    assert await waiting
    await elsewhere.close()
