"""Everything that is stored about one person, as it is handed out to them: a kind of line for each table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ScalarSelect, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import identity
from bot.domain.disputing import Ruling
from bot.domain.grading import Verdict
from bot.store.models import (
    Answer,
    Base,
    Board,
    Dispute,
    Drill,
    HintUsed,
    Keeper,
    Leave,
    LinkCode,
    Member,
    Person,
    Place,
    Player,
    Round,
    Score,
    Standing,
    Team,
    TeamStanding,
    Workspace,
)
from bot.store.privacy import named_so

HANDED_OUT: Mapping[str, type[Base]] = {
    "keeps": Keeper,
    "answers": Answer,
    "hints": HintUsed,
    "scores": Score,
    "disputes": Dispute,
    "leaves": Leave,
    "link_codes": LinkCode,
    "standings": Standing,
    "teams": Member,
    "team_standings": TeamStanding,
}
"""The fields of `Identity` that tables are handed out in."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A drill that somebody is told of, if `named` as its keeper."""

    channel: str
    named: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One answer in the log; `seq` counts those that one person gave in one round."""

    round: int
    channel: str
    day: date
    question: str | None
    seq: int
    choice: str
    sure: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Had:
    """The hint of one round."""

    round: int
    channel: str
    day: date
    question: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Scored:
    """What an answer was worth."""

    round: int
    channel: str
    day: date
    question: str | None
    choice: str
    sure: bool
    verdict: Verdict
    points: int
    hinted: bool
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Disputed:
    """What was said against the key of a round, and what was decided then."""

    round: int
    channel: str
    day: date
    question: str | None
    text: str
    at: datetime
    ruling: Ruling | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinkedWith:
    """On which platform somebody is the same player, and since when."""

    platform: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Coded:
    """That there is a code by which somebody can be linked, and until when. The code itself is not kept."""

    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Stands:
    """What scores add up to on one board: in a channel, or in the whole workspace where none is named, between two
    days, which for all time are the first and the last that there are. `linked`: with what they add up to in the
    workspace that theirs is linked with, as a player of both if they are one.
    """

    channel: str | None
    since: date
    until: date
    points: int
    right: int
    rounds: int
    hardness: int
    hints: int
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """The team that somebody is in."""

    team: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class StandsForTeam:
    """What scores add up to for one team, on a board as in `Stands`; of all time with the last day of one, and
    whether they are still in it.
    """

    team: str
    channel: str | None
    since: date
    until: date
    points: int
    right: int
    rounds: int
    last: date | None
    present: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """All that is stored about one person in one workspace, in the order in which it is handed out."""

    platform: str
    workspace: str
    workspace_name: str | None
    id: str
    name: str
    hidden: bool
    keeps: tuple[Kept, ...] = ()
    linked: tuple[LinkedWith, ...] = ()
    link_codes: tuple[Coded, ...] = ()
    leaves: tuple[date, ...] = ()
    answers: tuple[Said, ...] = ()
    hints: tuple[Had, ...] = ()
    scores: tuple[Scored, ...] = ()
    disputes: tuple[Disputed, ...] = ()
    standings: tuple[Stands, ...] = ()
    teams: tuple[Joined, ...] = ()
    team_standings: tuple[StandsForTeam, ...] = ()


async def handed_out(session: AsyncSession, person: identity.Person, *, everywhere: bool) -> tuple[Identity, ...]:
    """Everything that is stored about somebody, and nothing about anybody else."""
    query = named_so(person, everywhere=everywhere).add_columns(
        Workspace.platform, Workspace.external_id, Workspace.name
    )
    found = list[Identity]()
    for row, platform, workspace, name in (await session.execute(query)).all():
        found.append(
            Identity(
                *(platform, workspace, name, row.external_id, row.name, row.hidden),
                keeps=await _keeps(session, row.id),
                linked=await _linked(session, row.id),
                link_codes=await _link_codes(session, row.id),
                leaves=await _leaves(session, row.id),
                answers=await _answers(session, row.id),
                hints=await _hints(session, row.id),
                scores=await _scores(session, row.id),
                disputes=await _disputes(session, row.id),
                standings=await _standings(session, row.id),
                teams=await _teams(session, row.id),
                team_standings=await _team_standings(session, row.id),
            )
        )
    return tuple(found)


async def _keeps(session: AsyncSession, person_id: int) -> tuple[Kept, ...]:
    query = select(Place.channel, Keeper.named).join(Drill, Drill.place_id == Place.id)
    query = query.join(Keeper, Keeper.drill_id == Drill.id).where(Keeper.person_id == person_id)
    return tuple(Kept(*row) for row in await session.execute(query.order_by(Drill.id)))


async def _leaves(session: AsyncSession, person_id: int) -> tuple[date, ...]:
    query = select(Leave.day).where(Leave.person_id == person_id).order_by(Leave.day)
    return tuple(await session.scalars(query))


async def _linked(session: AsyncSession, person_id: int) -> tuple[LinkedWith, ...]:
    query = select(Workspace.platform, Player.linked_at).join_from(Person, Workspace).join(Player)
    query = query.where(Person.player_id == _player(person_id), Person.id != person_id)
    return tuple(LinkedWith(*row) for row in await session.execute(query.order_by(Person.id)))


def _player(person_id: int) -> ScalarSelect[int | None]:
    return select(Person.player_id).where(Person.id == person_id).scalar_subquery()


async def _link_codes(session: AsyncSession, person_id: int) -> tuple[Coded, ...]:
    found = await session.scalars(select(LinkCode.expires_at).where(LinkCode.person_id == person_id))
    return tuple(Coded(expires_at) for expires_at in found)


_ROUND = (Round.id, Place.channel, Round.day, Round.question)


async def _answers(session: AsyncSession, person_id: int) -> tuple[Said, ...]:
    query = select(*_ROUND, Answer.seq, Answer.choice, Answer.sure, Answer.at)
    query = query.join(Place, Round.place_id == Place.id).join(Answer, Answer.round_id == Round.id)
    query = query.where(Answer.person_id == person_id).order_by(Answer.at, Answer.id)
    return tuple(Said(*row) for row in await session.execute(query))


async def _hints(session: AsyncSession, person_id: int) -> tuple[Had, ...]:
    query = select(*_ROUND, HintUsed.at).join(Place, Round.place_id == Place.id)
    query = query.join(HintUsed, HintUsed.round_id == Round.id).where(HintUsed.person_id == person_id)
    return tuple(Had(*row) for row in await session.execute(query.order_by(HintUsed.at, Round.id)))


async def _scores(session: AsyncSession, person_id: int) -> tuple[Scored, ...]:
    query = select(*_ROUND, Score.choice, Score.sure, Score.verdict, Score.points, Score.hinted)
    query = query.join(Place, Round.place_id == Place.id).join(Score, Score.round_id == Round.id)
    query = query.outerjoin(Team, Score.team_id == Team.id).add_columns(Team.name)
    query = query.where(Score.person_id == person_id).order_by(Round.day, Round.id)
    return tuple(Scored(*row) for row in await session.execute(query))


async def _disputes(session: AsyncSession, person_id: int) -> tuple[Disputed, ...]:
    query = select(*_ROUND, Dispute.text, Dispute.at, Dispute.ruling, Dispute.decided_at)
    query = query.join(Place, Round.place_id == Place.id).join(Dispute, Dispute.round_id == Round.id)
    query = query.where(Dispute.person_id == person_id).order_by(Dispute.at, Round.id)
    return tuple(Disputed(*row) for row in await session.execute(query))


async def _standings(session: AsyncSession, person_id: int) -> tuple[Stands, ...]:
    sums = (Standing.points, Standing.right, Standing.rounds, Standing.hardness, Standing.hints)
    of_house = Board.house_id.is_not(None)
    query = select(Place.channel, Board.since, Board.until, *sums, of_house).join_from(Standing, Board)
    query = query.outerjoin(Place, Board.place_id == Place.id)
    first = select(func.min(Person.id)).where(Person.player_id == _player(person_id)).scalar_subquery()
    as_player = of_house & (Standing.person_id == func.coalesce(first, person_id))
    query = query.where(or_(as_player, ~of_house & (Standing.person_id == person_id)))
    return tuple(Stands(*row) for row in await session.execute(query.order_by(Board.id)))


async def _teams(session: AsyncSession, person_id: int) -> tuple[Joined, ...]:
    query = select(Team.name, Member.joined_at).join(Member, Member.team_id == Team.id)
    return tuple(Joined(*row) for row in await session.execute(query.where(Member.person_id == person_id)))


async def _team_standings(session: AsyncSession, person_id: int) -> tuple[StandsForTeam, ...]:
    sums = (TeamStanding.points, TeamStanding.right, TeamStanding.rounds, TeamStanding.last, TeamStanding.present)
    query = select(Team.name, Place.channel, Board.since, Board.until, *sums).join_from(TeamStanding, Board)
    query = query.join(Team, TeamStanding.team_id == Team.id).outerjoin(Place, Board.place_id == Place.id)
    query = query.where(TeamStanding.person_id == person_id).order_by(Board.id, Team.id)
    return tuple(StandsForTeam(*row) for row in await session.execute(query))
