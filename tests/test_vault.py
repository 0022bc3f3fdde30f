"""The vault: nothing in clear in the database, one renewal at a time, nothing forgotten that was given since."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.errors import SealError
from bot.ports import Installation
from bot.sealing import KeyRing, new_key
from bot.store import models
from bot.store.database import Database
from bot.vault import RENEWAL, Resealed, SealedVault
from tests.house import Time
from tests.tables import on, rows

OLD, NEW = new_key(), new_key()
TOKEN = "xoxb-a-secret-of-the-crew"


@pytest.fixture
def vault(database: Database, time: Time) -> SealedVault:
    return SealedVault(database, KeyRing.read(OLD), time)


@pytest.fixture
def given(time: Time) -> Installation:
    return Installation("T1", TOKEN, time.now, time.now + timedelta(hours=12))


async def test_what_is_kept_is_found_and_nowhere_in_clear(
    vault: SealedVault, given: Installation, database_url: str
) -> None:
    await vault.keep("slack", given)
    assert await vault.find("slack", "T1") == given
    assert await vault.find("other", "T1") is await vault.find("slack", "T2") is None
    kept = repr(await on(database_url, rows))
    assert "T1" in kept
    assert TOKEN not in kept
    assert TOKEN not in repr(given)


async def test_what_is_given_again_takes_the_place_of_what_was(vault: SealedVault, given: Installation) -> None:
    await vault.keep("slack", given)
    again = replace(given, secret="another", installed_at=given.installed_at + timedelta(days=1), expires_at=None)
    await vault.keep("slack", again)
    assert await vault.find("slack", "T1") == again


async def test_swapped_rows_do_not_open(vault: SealedVault, given: Installation, database: Database) -> None:
    await vault.keep("slack", given)
    await vault.keep("slack", replace(given, tenant="T2"))
    async with database.writing() as session:
        first, second = models.Installation.tenant == "T1", models.Installation.tenant == "T2"
        await session.execute(update(models.Installation).where(first).values(tenant="T3"))
        await session.execute(update(models.Installation).where(second).values(tenant="T1"))
    with pytest.raises(SealError):
        await vault.find("slack", "T1")


async def test_an_organisation_speaks_for_its_workspaces(vault: SealedVault, given: Installation) -> None:
    await vault.keep("slack", replace(given, tenant="E1"))
    for _ in range(2):
        await vault.belong("slack", "T1", "E1")
    await vault.belong("slack", "T2", "E1")
    assert await vault.find("slack", "T1") == replace(given, tenant="E1")
    await vault.keep("slack", replace(given, tenant="T2"))  # took us in itself
    await vault.belong("slack", "T2", "E1")
    assert await vault.find("slack", "T2") == replace(given, tenant="T2")
    assert await vault.ending("slack", "E1", given.installed_at) == ("E1", "T1")
    await vault.forget("slack", "E1", given.installed_at)
    assert await vault.find("slack", "T1") is None
    assert await vault.find("slack", "T2") is not None
    assert await vault.ending("slack", "E1", given.installed_at) == ("E1", "T1"), "said once more, it is as true"
    assert await vault.keep("slack", replace(given, tenant="E1")) == ["T1"], "which goes on at once"
    assert await vault.find("slack", "T1") == replace(given, tenant="E1")


async def test_an_end_told_after_a_new_beginning_ends_nothing(vault: SealedVault, given: Installation) -> None:
    await vault.keep("slack", replace(given, installed_at=given.installed_at + timedelta(seconds=5)))
    assert await vault.ending("slack", "T1", given.installed_at) == ()
    await vault.forget("slack", "T1", given.installed_at)
    assert await vault.find("slack", "T1") is not None
    assert await vault.ending("slack", "never met", given.installed_at) == ("never met",)
    await vault.forget("slack", "never met", given.installed_at)


async def test_many_who_renew_at_once_ask_once(
    vault: SealedVault, given: Installation, database_url: str, time: Time
) -> None:
    await vault.keep("slack", given)
    asked: list[str] = []
    may_answer = asyncio.Event()

    async def yielding(_: float) -> None:
        may_answer.set()  # somebody waits for the first one
        await asyncio.sleep(0)

    async def ask() -> Installation:
        asked.append("once")
        await may_answer.wait()
        return replace(given, secret="fresh", expires_at=given.installed_at + timedelta(hours=24))

    elsewhere = Database(database_url)
    vaults: Sequence[SealedVault] = [
        SealedVault(base, KeyRing.read(OLD), time, yielding) for base in (vault._database, elsewhere)
    ]
    got = await asyncio.gather(*(each.renew("slack", given, ask) for each in (*vaults, *vaults)))
    assert {each.secret for each in got if each} == {"fresh"}
    assert asked == ["once"]
    assert (await vault.find("slack", "T1")) == got[0]
    await elsewhere.close()


async def test_a_renewal_that_fails_lets_the_next_one_try(vault: SealedVault, given: Installation) -> None:
    await vault.keep("slack", given)

    async def fail() -> Installation:
        raise TimeoutError

    async def succeed() -> Installation:
        return replace(given, secret="fresh")

    with pytest.raises(TimeoutError):
        await vault.renew("slack", given, fail)
    assert (await vault.renew("slack", given, succeed)) == replace(given, secret="fresh")


async def test_a_process_that_dies_while_renewing_blocks_nobody_for_long(
    vault: SealedVault, given: Installation, time: Time
) -> None:
    await vault.keep("slack", given)
    assert isinstance(await vault._claim("slack", given), bytes)
    assert await vault._claim("slack", given) == b""
    time.now += RENEWAL
    assert await vault._claim("slack", given)


async def test_what_was_forgotten_meanwhile_is_not_brought_back(vault: SealedVault, given: Installation) -> None:
    await vault.keep("slack", given)

    async def ask() -> Installation:
        await vault.forget("slack", "T1", given.installed_at)
        return replace(given, secret="fresh")

    assert await vault.renew("slack", given, ask) is None
    assert await vault.renew("slack", given, ask) is None


async def test_everything_is_sealed_anew_with_the_newest_key(
    vault: SealedVault, given: Installation, database: Database, time: Time
) -> None:
    for tenant in ("T1", "T2"):
        await vault.keep("slack", replace(given, tenant=tenant))
    await vault.belong("slack", "T9", "T1")
    both = SealedVault(database, KeyRing.read(f"{NEW},{OLD}"), time)
    assert await both.reseal() == Resealed(2, done=2, busy=0, shut=0)
    assert await both.reseal() == Resealed(2, done=0, busy=0, shut=0)
    newest = SealedVault(database, KeyRing.read(NEW), time)
    assert (await newest.find("slack", "T2")) == replace(given, tenant="T2")
    with pytest.raises(SealError, match="SECRET_KEYS does not have"):
        await vault.find("slack", "T1")


async def test_what_is_just_being_renewed_is_not_sealed_anew(
    vault: SealedVault, given: Installation, database: Database, time: Time
) -> None:
    await vault.keep("slack", given)
    both = SealedVault(database, KeyRing.read(f"{NEW},{OLD}"), time)

    async def ask() -> Installation:
        assert await both.reseal() == Resealed(1, done=0, busy=1, shut=0)
        return replace(given, secret="fresh")

    assert await both.renew("slack", given, ask) == replace(given, secret="fresh")
    assert await both.find("slack", "T1") == replace(given, secret="fresh")
    assert await both.reseal() == Resealed(1, done=0, busy=0, shut=0)


async def test_one_that_cannot_be_opened_keeps_no_other_from_its_new_seal(
    vault: SealedVault, given: Installation, database: Database, time: Time
) -> None:
    for tenant in ("T1", "T2"):
        await vault.keep("slack", replace(given, tenant=tenant))
    async with database.writing() as session:
        first = models.Installation.tenant == "T1"
        await session.execute(update(models.Installation).where(first).values(tenant="T3"))
    both = SealedVault(database, KeyRing.read(f"{NEW},{OLD}"), time)
    assert await both.reseal() == Resealed(2, done=1, busy=0, shut=1)
    assert await both.look() == (2, 1, 0)
