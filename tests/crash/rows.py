"""What the database says after a run, and while one is under way."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, exists, func, or_, select, text
from sqlalchemy.orm import joinedload

from bot.domain.grading import Verdict, credit, judge
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.domain.scoring import points
from bot.store.database import Database, Session
from bot.store.models import Answer, Base, Person, Place, Posting, Round, Score

_UNSETTLED = (PostingState.DUE, PostingState.SENDING)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A posting that is not settled, since when it should have been, and how often it was tried."""

    kind: PostingKind
    since: datetime
    attempt: int = 0


async def waiting(database: Database, now: datetime) -> Sequence[Waiting]:
    """Everything that should have been sent by now and was not, and rounds that should be closed."""
    async with database.reading() as session:
        asked = Posting.kind == PostingKind.QUESTION  # whose own time moves on with each refusal
        since = case((asked, Round.due_at), else_=Posting.due_at)
        late = or_(Posting.due_at <= now, and_(Posting.attempt > 0, Posting.kind != PostingKind.TALLY))
        query = select(Posting.kind, since, Posting.attempt).join(Round, Posting.round_id == Round.id)
        query = query.where(Posting.state.in_(_UNSETTLED), Round.due_at <= now, late)
        found = [Waiting(kind, moment, attempt) for kind, moment, attempt in await session.execute(query)]
        query_open = select(Round.closes_at).where(Round.state == RoundState.OPEN, Round.closes_at <= now)
        return [*found, *(Waiting(PostingKind.CLOSING, at or now) for at in await session.scalars(query_open))]


@dataclass(frozen=True, slots=True)
class Sent:
    """One posting as its row has it."""

    platform: str
    channel: str
    round: int
    kind: PostingKind
    due_at: datetime
    state: PostingState
    attempt: int
    message: str | None
    trouble: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One round: its postings, and the log of its answers as (person's id on the platform, letter), oldest first."""

    id: int
    state: RoundState
    due_at: datetime
    opened_at: datetime | None
    closes_at: datetime | None
    log: Sequence[tuple[str, str]]
    late: int
    miscounted: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything. `damage` is what the database says against itself."""

    rounds: Sequence[Row]
    postings: Sequence[Sent]
    damage: Sequence[str]


async def read(database: Database) -> Rows:
    """Read everything, and have the database look through itself."""
    async with database.reading() as session:
        where = joinedload(Posting.round).joinedload(Round.place).joinedload(Place.workspace)
        found = (await session.scalars(select(Posting).options(where).order_by(Posting.id))).all()
        rounds = (await session.scalars(select(Round).order_by(Round.id))).all()
        log = defaultdict[int, list[tuple[Answer, str]]](list)
        said = select(Answer, Person.external_id).join(Person, Answer.person_id == Person.id)
        for answer, person in await session.execute(said.order_by(Answer.round_id, Answer.person_id, Answer.seq)):
            log[answer.round_id].append((answer, person))
        scores = defaultdict[int, dict[int, Score]](dict)
        for score in await session.scalars(select(Score)):
            scores[score.round_id][score.person_id] = score
        return Rows(
            [_row(this, log[this.id], scores[this.id]) for this in rounds],
            [_sent(posting) for posting in found],
            await _damage(session),
        )


def _sent(posting: Posting) -> Sent:
    place, workspace = posting.round.place, posting.round.place.workspace
    return Sent(
        workspace.platform,
        place.channel,
        posting.round_id,
        posting.kind,
        posting.due_at,
        posting.state,
        posting.attempt,
        posting.message,
        posting.trouble,
    )


def _row(this: Round, log: Sequence[tuple[Answer, str]], scores: dict[int, Score]) -> Row:
    late = sum(this.closes_at is not None and answer.at >= this.closes_at for answer, _ in log)
    is_over = this.state in (RoundState.CLOSED, RoundState.REVEALED)
    miscounted = _miscounted(this, [answer for answer, _ in log], scores) if is_over else len(scores)
    said = [(person, answer.choice) for answer, person in log]
    return Row(this.id, this.state, this.due_at, this.opened_at, this.closes_at, said, late, miscounted)


def _miscounted(this: Round, log: Sequence[Answer], scores: dict[int, Score]) -> int:
    """How many people's scores are not what a recount of the log says."""
    last = {answer.person_id: answer for answer in log}  # in the order of their numbers: the last one counts
    recount: dict[int, tuple[str, Verdict, int]] = {}
    for person, answer in last.items():
        earned = credit(this.kind, this.key, answer.choice)
        recount[person] = answer.choice, judge(earned), points(earned, sure=answer.sure, hinted=False)
    counted = {person: (score.choice, score.verdict, score.points) for person, score in scores.items()}
    return sum(recount.get(person) != counted.get(person) for person in recount.keys() | counted.keys())


async def _damage(session: Session) -> list[str]:
    """What SQLite finds wrong with its file; on either database rows without their parents, read from the tables."""
    said: list[str] = []
    if session.get_bind().dialect.name == "sqlite":
        said += [str(one) for one in await session.scalars(text("PRAGMA integrity_check")) if one != "ok"]
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            pairs = [(each.parent, each.column) for each in key.elements]
            parent = exists().where(*(child == above for child, above in pairs)).correlate(table)
            query = select(func.count()).select_from(table).where(pairs[0][0].is_not(None), ~parent)
            if orphans := await session.scalar(query):
                said.append(f"{orphans} rows of {table.name} without their {key.referred_table.name}")
    return said
