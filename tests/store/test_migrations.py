"""Migrations: one line of them, to exactly the tables of the models, safe to repeat, to undo and to run in a race."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.domain.grading import Verdict
from bot.domain.question import Kind
from bot.errors import SettingsError
from bot.store.database import Database
from bot.store.migrations import at_head, migrate, revisions
from bot.store.migrations.upgrade import config
from bot.store.models import Base, Board, Place, Round, Score, Standing, Workspace
from bot.store.standings import recount
from tests.tables import names, on, rows, shape

ROOT = Path(__file__).parents[2]


def test_the_revisions_are_one_line_from_one_base_to_one_head() -> None:
    script = ScriptDirectory.from_config(config())
    assert len(script.get_heads()) == len(script.get_bases()) == 1
    assert not any(revision.is_branch_point or revision.is_merge_point for revision in script.walk_revisions())


def test_each_revision_is_the_number_that_its_file_begins_with() -> None:
    script = ScriptDirectory.from_config(config())
    assert revisions() == [revision.revision for revision in reversed([*script.walk_revisions()])]


async def test_alembic_finds_nothing_between_the_models_and_a_migrated_database(database_url: str) -> None:
    await on(database_url, lambda connection: command.check(config(connection)))


async def test_a_migrated_database_is_the_one_that_the_models_describe(new: Callable[[], str]) -> None:
    migrated_url, described_url = new(), new()
    await migrate(migrated_url)
    await on(described_url, Base.metadata.create_all)
    migrated = await on(migrated_url, shape)
    assert migrated == await on(described_url, shape)
    assert {*migrated} == {*Base.metadata.tables}


async def test_only_a_migrated_database_is_at_head(fresh: str) -> None:
    assert not await at_head(fresh)
    await migrate(fresh)
    assert await at_head(fresh)


async def test_migrating_again_keeps_what_is_there(database_url: str) -> None:
    database = Database(database_url)
    async with database.writing() as session:
        session.add(Workspace(platform="memory", external_id="1"))
    await database.close()
    await migrate(database_url)
    assert await at_head(database_url)
    rows = await on(database_url, lambda connection: connection.execute(text("SELECT * FROM workspace")).all())
    assert rows == [(1, "memory", "1", "2.1", None, None, None)]


async def test_everything_can_be_undone_and_done_again(database_url: str) -> None:
    before = await on(database_url, shape)
    await on(database_url, lambda connection: command.downgrade(config(connection), "base"))
    assert await on(database_url, names) == {"alembic_version"}
    assert not await at_head(database_url)
    await migrate(database_url)
    assert await on(database_url, shape) == before


async def test_a_migration_that_fails_half_way_leaves_nothing_behind(fresh: str) -> None:
    last = Base.metadata.tables["installation"]  # made by a late revision, and needs no other
    await on(fresh, last.create)
    with pytest.raises(DBAPIError, match=rf"{last.name}\W+already exists"):
        await migrate(fresh)
    assert await on(fresh, names) == {last.name}
    await on(fresh, last.drop)
    await migrate(fresh)
    assert await at_head(fresh)


async def test_rows_without_their_parents_stop_a_migration_on_sqlite(sqlite_url: str) -> None:
    await on(sqlite_url, lambda connection: command.downgrade(config(connection), revisions()[-2]))
    await on(sqlite_url, lambda connection: connection.execute(insert(Place).values(workspace_id=7, channel="general")))
    with pytest.raises(SettingsError, match="rows without their parents: place of no workspace"):
        await migrate(sqlite_url)


async def test_two_may_migrate_at_once_in_one_process(fresh: str) -> None:
    await asyncio.gather(migrate(fresh), migrate(fresh))
    assert await at_head(fresh)


async def test_two_processes_may_migrate_at_once(fresh: str) -> None:
    environment = {**os.environ, "DATABASE_URL": fresh}
    program = (sys.executable, "-m", "bot", "migrate")
    both = [
        await asyncio.create_subprocess_exec(*program, cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE)
        for _ in range(2)
    ]
    assert [await process.communicate() for process in both] == [(b"The database is up to date.\n", b"")] * 2
    assert [process.returncode for process in both] == [0, 0]
    assert await at_head(fresh)


def run(statement: str) -> Callable[[Connection], Any]:
    """Does one statement."""
    return lambda connection: connection.execute(text(statement))


SINCE = (date.min, date(2026, 11, 2), date(2026, 11, 23))  # all time, its season, its week
OLD_ROWS = """
INSERT INTO workspace (id, platform, external_id) VALUES (1, 'memory', 'guild');
INSERT INTO place (id, workspace_id, channel) VALUES (1, 1, 'general');
INSERT INTO person (id, workspace_id, external_id, name) VALUES (1, 1, '1', 'Ada');
INSERT INTO round (id, place_id, day, due_at, state, question, revision, key, level)
    VALUES (1, 1, '2026-11-23', '2026-11-23 08:00:00', 'revealed', 'sess-0006', 'abc', 'B', 2);
INSERT INTO score (round_id, person_id, choice, sure, verdict, points) VALUES (1, 1, 'B', false, 'right', 10)
"""


LINKED_ROWS = """
INSERT INTO house (id, linked_at) VALUES (1, '2026-11-23 08:00:00');
INSERT INTO workspace (id, platform, external_id, house_id) VALUES (1, 'memory', 'guild', 1);
INSERT INTO player (id, linked_at, house_id) VALUES (1, '2026-11-23 08:00:00', 1);
INSERT INTO person (id, workspace_id, external_id, name, player_id) VALUES (1, 1, '1', 'Ada', 1);
INSERT INTO board (id, house_id, since, until) VALUES (1, 1, '0001-01-01', '9999-12-31');
INSERT INTO standing (board_id, person_id, points, "right", rounds, hardness, hints) VALUES (1, 1, 10, 1, 1, 2, 0)
"""


async def test_links_are_undone_with_their_boards(database_url: str) -> None:
    for statement in LINKED_ROWS.split(";"):
        await on(database_url, run(statement))
    for wrong in ("UPDATE board SET house_id = NULL", "UPDATE board SET workspace_id = 1"):
        with pytest.raises(IntegrityError, match="ck_board_of_one"):
            await on(database_url, run(wrong))
    await on(database_url, lambda connection: command.downgrade(config(connection), "0015"))
    left = await on(database_url, rows)
    assert (left["board"], left["standing"]) == ([], [])
    assert [len(left[name]) for name in ("workspace", "person")] == [1, 1]
    await migrate(database_url)


TEAM_ROWS = """
INSERT INTO workspace (id, platform, external_id) VALUES (1, 'memory', 'guild');
INSERT INTO place (id, workspace_id, channel) VALUES (1, 1, 'general');
INSERT INTO person (id, workspace_id, external_id, name) VALUES (1, 1, '1', 'Ada'), (2, 1, '2', 'Grace');
INSERT INTO team (id, workspace_id, name, key) VALUES (1, 1, 'Owls', 'owls');
INSERT INTO member (person_id, team_id, joined_at) VALUES (1, 1, '2026-11-23 08:00:00');
INSERT INTO round (id, place_id, day, due_at, state, question, revision, key, level)
    VALUES (1, 1, '2026-11-23', '2026-11-23 08:00:00', 'revealed', 'sess-0006', 'abc', 'B', 2);
INSERT INTO score (round_id, person_id, team_id, choice, sure, verdict, points)
    VALUES (1, 1, 1, 'B', false, 'right', 10), (1, 2, 1, 'B', true, 'right', 11);
INSERT INTO board (id, workspace_id, since, until) VALUES (1, 1, '0001-01-01', '9999-12-31');
INSERT INTO standing (board_id, person_id, points, "right", rounds, hardness, hints)
    VALUES (1, 1, 10, 1, 1, 2, 0), (1, 2, 11, 1, 1, 2, 0);
INSERT INTO team_standing (board_id, team_id, person_id, points, "right", rounds, last)
    VALUES (1, 1, 1, 10, 1, 1, '2026-11-23'), (1, 1, 2, 11, 1, 1, '2026-11-23')
"""


async def test_what_boards_add_up_to_and_who_is_in_a_team_is_known_of_what_was_there(fresh: str) -> None:
    await on(fresh, lambda connection: command.upgrade(config(connection), "0016"))
    for statement in TEAM_ROWS.split(";"):
        await on(fresh, run(statement))
    await migrate(fresh)
    after = await on(fresh, rows)
    assert after["board_sum"] == [(1, 21, 2)]
    assert sorted(tuple(row)[2::5] for row in after["team_standing"]) == [(1, True), (2, False)]


async def test_rounds_and_scores_of_the_first_release_are_kept(fresh: str) -> None:
    await on(fresh, lambda connection: command.upgrade(config(connection), "0001"))
    for statement in OLD_ROWS.split(";"):
        await on(fresh, run(statement))
    await migrate(fresh)
    database = Database(fresh)
    async with database.writing() as session:
        kept = await session.scalars(select(Round).join(Score, Score.round_id == Round.id))
        assert [(this.key, this.kind, this.version) for this in kept] == [("B", Kind.CHOICE, "2.1")]
    async with database.writing() as session:
        kept_sums = await session.execute(
            select(Board.place_id, Board.since, Standing.points, Standing.right).join(Board)
        )
        assert {*kept_sums} == {(place, since, 10, 1) for place in (None, 1) for since in SINCE}
        assert await recount(session, 1) == 0
        [score] = await session.scalars(select(Score))
        score.verdict = Verdict.PARTLY
    await database.close()
    with pytest.raises(IntegrityError, match="ck_score_verdict"):
        await on(fresh, run("UPDATE score SET verdict = 'sideways'"))
    await on(fresh, lambda connection: command.downgrade(config(connection), "0001"))
    left = await on(fresh, lambda connection: connection.execute(text("SELECT verdict, points FROM score")).all())
    assert left == [("wrong", 10)]
