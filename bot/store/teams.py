"""Teams and who is in them. Nobody is in two: a person has one row as a member, or none.

What somebody scored for a team of all time says as well whether they are in it (`TeamStanding.present`). Whoever joins
or leaves locks the team, and whoever fixes scores for it or counts them holds it, each after people and before boards:
so that neither misses what the other writes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rounds import DrillState
from bot.domain.teams import Pick, TeamName
from bot.store.models import Answer, Board, Drill, Keeper, Member, Person, Score, Standing, Team, TeamStanding
from bot.store.names import is_listed, shown_name
from bot.store.once import insert_new, insert_once


@dataclass(frozen=True, slots=True)
class Sized:
    """A team, and how many are in it."""

    id: int
    name: str
    members: int


async def held(session: AsyncSession, round_id: int) -> Mapping[int, int]:
    """Which team each of those who answered in a round is in. Nobody joins or leaves these until the transaction ends,
    nor do they go.
    """
    answered = select(Answer.person_id).where(Answer.round_id == round_id)
    query = select(Member.person_id, Member.team_id).join(Team, Member.team_id == Team.id)
    query = query.where(Member.person_id.in_(answered)).order_by(Team.id)
    found = await session.execute(query.with_for_update(read=True, key_share=True, of=Team))
    return {row.person_id: row.team_id for row in found}


async def hold(session: AsyncSession, *which: ColumnElement[bool]) -> None:
    """Let nobody join or leave some teams, and none of them go, until the transaction ends."""
    await session.execute(select(Team.id).where(*which).order_by(Team.id).with_for_update(read=True, key_share=True))


async def hold_of(session: AsyncSession, round_id: int) -> None:
    """The same for those that scores in a round are for, and those that whoever answered in it is in."""
    scored = select(Score.team_id).where(Score.round_id == round_id)
    answered = select(Answer.person_id).where(Answer.round_id == round_id)
    now = select(Member.team_id).where(Member.person_id.in_(answered))
    await hold(session, or_(Team.id.in_(scored), Team.id.in_(now)))


async def find(session: AsyncSession, workspace_id: int, team_id: int) -> Team | None:
    """A team of a workspace."""
    return await session.scalar(select(Team).where(Team.workspace_id == workspace_id, Team.id == team_id))


async def find_named(session: AsyncSession, workspace_id: int, name: TeamName) -> Team | None:
    """The team of a workspace that has that name, in whatever case and width."""
    return await session.scalar(select(Team).where(Team.workspace_id == workspace_id, Team.key == name.key))


async def of_person(session: AsyncSession, person_id: int) -> Team | None:
    """The team that somebody is in."""
    return await session.scalar(select(Team).join(Member).where(Member.person_id == person_id))


async def create(session: AsyncSession, workspace_id: int, name: TeamName) -> bool:
    """Make a team, unless one has that name."""
    return await insert_once(session, Team, workspace_id=workspace_id, name=name.shown, key=name.key)


async def join(session: AsyncSession, team_id: int, person_id: int, now: datetime) -> bool:
    """Put somebody into a team, unless they are in one; whether they were put there."""
    await _lock(session, Team.id == team_id)
    return await _join(session, team_id, person_id, now)


async def fill(session: AsyncSession, team_id: int, people: Collection[int], now: datetime) -> None:
    """Put those of these people who are in no team into one that was just made: nobody has scored for it yet."""
    rows = [{"person_id": person_id, "team_id": team_id, "joined_at": now} for person_id in sorted(people)]
    await insert_new(session, Member, rows, Member.person_id)


async def move(session: AsyncSession, team_id: int, person_id: int, now: datetime) -> None:
    """Put somebody into a team, whatever team they are in. They are locked, so that they do not go on meanwhile."""
    theirs = select(Member.team_id).where(Member.person_id == person_id)
    await _leave(session, [person_id], await _lock(session, or_(Team.id == team_id, Team.id.in_(theirs))))
    await _join(session, team_id, person_id, now)


async def leave(session: AsyncSession, people: Collection[int]) -> set[int]:
    """Take people out of their teams; who was in one. What they scored for it stays."""
    theirs = select(Member.team_id).where(Member.person_id.in_(people))
    return await _leave(session, people, await _lock(session, Team.id.in_(theirs)))


async def _lock(session: AsyncSession, *which: ColumnElement[bool]) -> Sequence[int]:
    """Lock teams in the order in which everybody does, which those are."""
    return (await session.scalars(select(Team.id).where(*which).order_by(Team.id).with_for_update())).all()


async def _join(session: AsyncSession, team_id: int, person_id: int, now: datetime) -> bool:
    is_new = await insert_once(session, Member, person_id=person_id, team_id=team_id, joined_at=now)
    await _note(session, [team_id], [person_id])
    return is_new


async def _leave(session: AsyncSession, people: Collection[int], locked: Collection[int]) -> set[int]:
    """Take people out of teams that are locked: of no other, into which somebody may have moved meanwhile."""
    gone = delete(Member).where(Member.person_id.in_(people), Member.team_id.in_(locked)).returning(Member.person_id)
    left = {*await session.scalars(gone)}
    await _note(session, locked, people)
    return left


async def _note(session: AsyncSession, team_ids: Collection[int], people: Collection[int]) -> None:
    """Note beside what people scored for teams whether they are in them."""
    theirs = (TeamStanding.person_id.in_(people), TeamStanding.team_id.in_(team_ids), TeamStanding.last.is_not(None))
    is_in = select(Member.person_id).where(Member.person_id == TeamStanding.person_id)
    present = is_in.where(Member.team_id == TeamStanding.team_id).exists()
    changed = update(TeamStanding).where(*theirs, TeamStanding.present != present).values(present=present)
    await session.execute(changed.execution_options(synchronize_session=False))


async def rename(session: AsyncSession, team_id: int, name: TeamName) -> bool:
    """Give a team another name, unless another has that."""
    team = await session.get_one(Team, team_id, with_for_update=True)
    taken = select(Team.id).where(Team.workspace_id == team.workspace_id, Team.key == name.key, Team.id != team_id)
    if await session.scalar(taken) is not None:
        return False
    await session.execute(update(Team).where(Team.id == team_id).values(name=name.shown, key=name.key))
    return True


async def disband(session: AsyncSession, team_id: int) -> None:
    """Let a team be no more. Its people keep all their points, and it keeps none."""
    await session.execute(delete(Team).where(Team.id == team_id))


async def members(session: AsyncSession, team_id: int) -> Mapping[int, str]:
    """Everybody who is in a team with the name that others see, whoever has been there longest first."""
    query = select(Person.id, shown_name).join(Member, Member.person_id == Person.id).where(Member.team_id == team_id)
    return {row[0]: row[1] for row in await session.execute(query.order_by(Member.joined_at, Person.id))}


async def there_are(session: AsyncSession, workspace_id: int, limit: int) -> Sequence[Sized]:
    """The teams of a workspace that anybody is in, the largest first."""
    number = func.count()
    query = select(Team.id, Team.name, number).join(Member).where(Team.workspace_id == workspace_id)
    query = query.group_by(Team.id, Team.name).order_by(number.desc(), Team.name, Team.id).limit(limit)
    return [Sized(*row) for row in await session.execute(query)]


async def keeps_any(session: AsyncSession, person_id: int) -> bool:
    """Whether somebody was named as a keeper of any drill that has not ended."""
    query = select(Keeper.person_id).join(Drill, Keeper.drill_id == Drill.id)
    query = query.where(Keeper.person_id == person_id, Keeper.named, Drill.state != DrillState.STOPPED)
    return await session.scalar(query.limit(1)) is not None


async def to_draft(session: AsyncSession, workspace_id: int, last: date, this: date) -> list[Pick]:
    """Everybody of a workspace in no team who scored in this season or the last, by the first days of these two, with
    their points of the last.
    """
    points = func.sum(case((Board.since == last, Standing.points), else_=0))
    query = (
        select(Person.id, shown_name, points)
        .join(Standing, Standing.person_id == Person.id)
        .join(Board, Standing.board_id == Board.id)
        .outerjoin(Member, Member.person_id == Person.id)
        .where(Board.workspace_id == workspace_id, Board.place_id.is_(None), Board.since.in_((last, this)))
        .where(Member.team_id.is_(None), is_listed)
        .group_by(Person.id)
        .order_by(Person.id)
    )
    return [Pick(person_id, name, int(number)) for person_id, name, number in await session.execute(query)]


async def keys(session: AsyncSession, workspace_id: int) -> set[str]:
    """What names of a workspace's teams are known by, those of empty ones as well."""
    return {*await session.scalars(select(Team.key).where(Team.workspace_id == workspace_id))}
