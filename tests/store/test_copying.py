"""A house moves: every row arrives as it was, the quiz goes on there, and nothing is half done."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, make_url, select, text, update

from bot.bank import Bank
from bot.commands import Answer
from bot.errors import CopyError
from bot.ports import Installation
from bot.sealing import KeyRing, new_key
from bot.store import copying
from bot.store.copying import Copied, copy_house
from bot.store.database import Database, file_of
from bot.store.migrations import migrate
from bot.store.models import Base, Person, Place, Workspace
from bot.vault import SealedVault
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, House, Time
from tests.postgres import Server
from tests.tables import fill, names, on, rows

KEY = new_key()
GIVEN = "xoxb-given-by-the-crew"
BOTH_WAYS = pytest.mark.parametrize("way", ["sqlite to postgresql", "postgresql to sqlite", "sqlite to sqlite"])


def nothing(_table: str, _rows: int, _of: int) -> None:
    """Hears how far a copy is."""


async def copy(source: str, target: str) -> dict[str, Copied]:
    """Copy, and say what by table."""
    return {each.table: each for each in await copy_house(source, target, nothing)}


@pytest.fixture
def empty(server: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Gives the address of a database of one kind without tables."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite+aiosqlite:///{tmp_path / 'new' / 'other.sqlite3'}"
        url = server.empty()
        request.addfinalizer(lambda: server.drop(url))
        return url

    return make


async def play(house: House, time: Time, vault: SealedVault) -> None:
    """Two days: a round revealed and another one open, answers changed, tokens kept."""
    await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri")
    await house.ask("keepers add:2", ADA)
    await house.ask("team create name:Owls", GRACE)
    await house.ask("house", ADA)
    for day in ("2026-11-23 08:00", "2026-11-24 08:00"):
        time.set(day)
        await house.delivery.sweep()
        number = int(day[8:10]) - 22
        for person, letter in ((ADA, "A"), (GRACE, "B"), (GRACE, "A"), (LINUS, "C")):
            await house.ask(Answer(number, letter), person)
        time.pass_(minutes=1)
        await house.delivery.sweep()
    await vault.keep("memory", Installation("T1", GIVEN, time.now, None))


async def test_a_played_house_moves_there_and_back_and_goes_on(
    sqlite_url: str, empty: Callable[[str], str], tmp_path: Path, bank: Bank, time: Time
) -> None:
    platform = Memory()
    database = Database(sqlite_url)
    vault = SealedVault(database, KeyRing.read(KEY), time)
    await play(House(database, bank, time, [platform]), time, vault)
    await database.close()
    await on(sqlite_url, fill)
    before = await on(sqlite_url, rows)

    server_url = empty("postgresql")
    there = await copy(sqlite_url, server_url)
    back = f"sqlite+aiosqlite:///{tmp_path / 'back.sqlite3'}"
    assert await copy(server_url, back) == there
    assert {*there} == {*Base.metadata.tables}
    assert all(each.rows == len(before[each.table]) > 0 for each in there.values())
    assert len({each.checksum for each in there.values()}) == len(there)
    assert await on(back, rows) == before
    assert await on(sqlite_url, rows) == before

    for url in (server_url, back):
        await goes_on(url, bank, Time(), platform)


async def goes_on(url: str, bank: Bank, time: Time, platform: Memory) -> None:
    """What was open is answered and revealed, the next question comes, and tokens can be read."""
    database, posted = Database(url), len(platform.messages)
    house = House(database, bank, time, [platform])
    time.set("2026-11-24 09:00")
    assert "Recorded: B" in await house.ask(Answer(2, "B"), LINUS)
    time.set("2026-11-25 08:00")
    await house.delivery.sweep()
    await house.delivery.sweep()
    assert len(platform.messages) == posted + 2
    assert "Ada" in await house.ask("board")
    newcomer = Person(workspace_id=1, external_id="99", name="Barbara")
    async with database.writing() as session:
        session.add(newcomer)
        await session.flush()
        highest = await session.scalar(select(Person.id).order_by(Person.id.desc()).limit(1))
        assert newcomer.id == highest, "new rows are numbered after those that came"
    found = await SealedVault(database, KeyRing.read(KEY), time).find("memory", "T1")
    assert found is not None
    assert found.secret == GIVEN
    await database.close()


@BOTH_WAYS
async def test_more_rows_than_fit_one_batch_arrive(
    way: str, empty: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH", 7)
    kind, _, other = way.partition(" to ")
    source = f"sqlite+aiosqlite:///{tmp_path / 'one.sqlite3'}" if kind == "sqlite" else empty(kind)
    await migrate(source)
    people = [{"workspace_id": 1, "external_id": str(n), "name": f"Zoë {n} 🦊"} for n in range(50)]

    def meet(connection: Connection) -> None:
        connection.execute(insert(Workspace).values(platform="memory", external_id="1"))
        connection.execute(insert(Person), people)

    await on(source, meet)
    heard: list[tuple[str, int, int]] = []
    copied = await copy_house(source, empty(other), lambda *said: heard.append(said))
    assert {each.table: each.rows for each in copied if each.rows} == {"workspace": 1, "person": 50}
    assert [said for said in heard if said[0] == "person"] == [("person", min(n, 50), 50) for n in range(7, 57, 7)]


def is_there(url: str) -> bool:
    """Whether there is a database at that address."""
    file = file_of(url)
    return file is None or file.exists()


async def refused(source: str, target: str, why: str) -> None:
    """It is not copied, and whatever the target was it still is."""
    before = await on(target, rows) if is_there(target) else None
    with pytest.raises(CopyError, match=why):
        await copy(source, target)
    assert is_there(target) is (before is not None)
    assert before is None or await on(target, rows) == before


async def test_only_what_is_empty_is_copied_to(
    sqlite_url: str, postgresql_url: str, empty: Callable[[str], str]
) -> None:
    await on(
        postgresql_url, lambda connection: connection.execute(insert(Workspace).values(platform="x", external_id="1"))
    )
    await refused(sqlite_url, postgresql_url, "not empty, its table workspace has rows")
    strange = empty("postgresql")
    await on(strange, lambda connection: connection.execute(text("CREATE TABLE letters (id INTEGER)")))
    await refused(sqlite_url, strange, "letters for one: copy to a new, empty database")
    await refused(sqlite_url, sqlite_url, "cannot be copied to itself")


@pytest.mark.parametrize(
    ("revision", "why"), [("0001", "python -m bot migrate"), ("9999", "made by a later release"), (None, "migrate")]
)
async def test_only_a_house_of_this_release_is_copied(
    sqlite_url: str, empty: Callable[[str], str], revision: str | None, why: str
) -> None:
    change = text("UPDATE alembic_version SET version_num = :it") if revision else text("DELETE FROM alembic_version")
    await on(sqlite_url, lambda connection: connection.execute(change, {"it": revision} if revision else {}))
    await refused(sqlite_url, empty("sqlite"), why)


async def test_what_is_no_database_is_told(tmp_path: Path, empty: Callable[[str], str]) -> None:
    letter = tmp_path / "letter.sqlite3"
    await refused(f"sqlite+aiosqlite:///{letter}", empty("sqlite"), f"there is no database at {letter}")
    letter.write_text("Dear Ada, this is no database, and long enough to be taken for one. " * 9, "utf-8")
    await refused(f"sqlite+aiosqlite:///{letter}", empty("sqlite"), "not a database")
    nowhere = "postgresql+asyncpg://ada:open-sesame@127.0.0.1:1/quiz"
    for source, target in ((nowhere, empty("sqlite")), (empty("sqlite"), nowhere)):
        with pytest.raises(CopyError) as raised:
            await copy(source, target)
        assert "sesame" not in str(raised.value)


@pytest.mark.parametrize(
    ("other", "why"),
    [("sqlite", "rows without their parents"), ("postgresql", "workspace cannot be copied after 0 rows")],
)
async def test_a_row_that_cannot_be_written_leaves_nothing_behind(
    sqlite_url: str, empty: Callable[[str], str], other: str, why: str
) -> None:

    def spoil(connection: Connection) -> None:
        fill(connection)
        connection.execute(update(Workspace).where(Workspace.id == 2).values(name="A" * 300))
        connection.execute(update(Place).where(Place.id == 2).values(workspace_id=7))

    await on(sqlite_url, spoil)
    target = empty(other)
    with pytest.raises(CopyError, match=why):
        await copy(sqlite_url, target)
    assert other == "sqlite" or await on(target, names) == set()
    assert is_there(target) is (other == "postgresql")


async def test_a_value_that_comes_out_differently_is_seen(sqlite_url: str, empty: Callable[[str], str]) -> None:
    await on(sqlite_url, fill)

    def garble(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> tuple[str, Any]:
        if statement.startswith("INSERT INTO person"):
            parameters = [tuple("Nobody" if value == "1name" else value for value in row) for row in parameters]
        return statement, parameters

    event.listen(Engine, "before_cursor_execute", garble, retval=True)
    target = empty("postgresql")
    try:
        with pytest.raises(CopyError, match="person came out differently, 2 rows of 2: nothing was kept"):
            await copy(sqlite_url, target)
    finally:
        event.remove(Engine, "before_cursor_execute", garble)
    assert await on(target, names) == set()


async def test_a_source_that_may_only_be_read_is_enough(
    sqlite_url: str, empty: Callable[[str], str], tmp_path: Path
) -> None:
    await on(sqlite_url, fill)
    kept = tmp_path / "backup.sqlite3"
    with closing(sqlite3.connect(str(make_url(sqlite_url).database))) as connection:
        connection.execute("VACUUM INTO ?", (str(kept),))
    before = kept.read_bytes()
    copied = await copy(f"sqlite+aiosqlite:///{kept}", empty("postgresql"))
    assert {each.rows for each in copied.values()} == {2}
    assert kept.read_bytes() == before
