"""`python -m bot rebuild`: everything is counted again from the log of answers, and mended where it was off."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.bank import Bank
from bot.commands import Answer
from bot.domain.rounds import RoundState
from bot.store.database import Database
from bot.store.models import Board, BoardSum, Round, Score, Standing, TeamStanding, TeamSum
from tests.consulting import plain
from tests.fakes.memory import Memory
from tests.house import GRACE, LINUS, House, Time

ROOT = Path(__file__).parent.parent

Done = subprocess.CompletedProcess[str]
Program = Callable[..., Done]
FINE = "2 closed rounds of 1 workspace were counted again: everything is as it has to be.\n"


@pytest.fixture
def rebuild(database_url: str) -> Program:
    """Runs the command on this test's database."""

    def run(*words: str, url: str = database_url) -> Done:
        program = [sys.executable, "-m", "bot", "rebuild", *words]
        environment = {"PATH": os.environ["PATH"], "DATABASE_URL": plain(url)}
        return subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
async def played(database: Database, bank: Bank, time: Time) -> Database:
    """Two rounds that two people answered and that have closed, and one that is open."""
    house = House(database, bank, time, [Memory()])
    await house.ask("setup at:09:00 zone:UTC days:daily")
    await house.ask("team create Owls", GRACE)
    for day in (23, 24, 25):
        time.set(f"2026-11-{day} 09:00")
        await house.delivery.sweep()
        async with database.reading() as session:
            this = (await session.scalars(select(Round).where(Round.state == RoundState.OPEN))).one()
        await house.ask(Answer(this.id, this.key, sure=True), GRACE)
        await house.ask(Answer(this.id, "A"), LINUS)
    return database


@pytest.mark.usefixtures("played")
async def test_nothing_is_off_where_the_quiz_alone_wrote(rebuild: Program) -> None:
    for words in ([], ["--check"]):
        done = await asyncio.to_thread(rebuild, *words)
        assert (done.stdout, done.stderr, done.returncode) == (FINE, "", 0)


@pytest.mark.parametrize(
    ("spoil", "scores", "standings"),
    [
        (update(Score).where(Score.round_id == 1).values(points=3), 2, 0),
        (delete(Score), 4, 12),
        (update(Standing).values(right=99), 0, 12),
        (delete(Board), 0, 30),
        (update(TeamStanding).values(points=99), 0, 6),
        (update(TeamStanding).values(last=None), 0, 2),
        (delete(TeamStanding), 0, 6),
        (update(TeamStanding).values(present=False), 0, 2),
        (update(TeamSum).values(people=99), 0, 6),
        (update(BoardSum).values(points=99), 0, 6),
    ],
    ids=[
        *("other points", "no scores", "other sums", "no boards", "other points for teams", "no days for teams"),
        *("nothing for teams", "nobody in teams", "other sums of teams", "other sums of everybody"),
    ],
)
async def test_what_is_off_is_told_and_then_mended(
    played: Database, rebuild: Program, spoil: Any, scores: int, standings: int
) -> None:
    before = await everything(played)
    async with played.writing() as session:
        await session.execute(spoil)
    off = await everything(played)
    told = f"2 closed rounds of 1 workspace were counted again: {scores} scores and {standings} standings were off. "
    done = await asyncio.to_thread(rebuild, "--check")
    assert (done.stdout, done.returncode) == (
        f"{told}Nothing was changed: run it without --check to mend them.\n",
        1,
    )
    assert await everything(played) == off
    done = await asyncio.to_thread(rebuild)
    assert (done.stdout, done.stderr, done.returncode) == (f"{told}They are right now.\n", "", 0)
    people, teams, worths = await everything(played)
    assert [people, worths] == [before[0], before[2]]
    assert teams == (before[1] if off[2] else set()), "for which team a score was that is lost, no log tells"


async def everything(database: Database) -> list[set[tuple[object, ...]]]:
    """Every score and every standing."""
    sums = (Board.place_id, Board.since, Standing.person_id, Standing.points, Standing.right, Standing.rounds)
    for_teams = (Board.place_id, Board.since, TeamStanding.person_id, TeamStanding.team_id, TeamStanding.points)
    worths = (Score.round_id, Score.person_id, Score.choice, Score.sure, Score.verdict, Score.points)
    async with database.reading() as session:
        standings = await session.execute(select(*sums).join(Board, Standing.board_id == Board.id))
        teams = await session.execute(select(*for_teams).join(Board, TeamStanding.board_id == Board.id))
        scores = await session.execute(select(*worths))
        return [{*map(tuple, standings)}, {*map(tuple, teams)}, {*map(tuple, scores)}]


def test_a_database_of_another_release_is_refused(tmp_path: Path, rebuild: Program) -> None:
    done = rebuild(url=f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert done.returncode == 2
    assert "run `python -m bot migrate`" in done.stderr


def test_a_server_that_is_away_is_one_line(rebuild: Program) -> None:
    done = rebuild(url="postgresql://ada:open-sesame@127.0.0.1:1/quiz")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "open-sesame" not in done.stderr
