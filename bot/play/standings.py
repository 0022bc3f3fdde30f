"""Who leads here, and how one person is doing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.bank import Bank
from bot.domain.calendar import local_day
from bot.domain.grading import Verdict
from bot.domain.standings import Reach, Scope, Season, Span, Standing, days_of, season_of
from bot.domain.streaks import Streak
from bot.play import away
from bot.play.asked import Asked, NotSetUp, may_keep
from bot.play.streaks import streak
from bot.store import boards, links, places, scores
from bot.store.database import Session
from bot.store.history import Day, history

TOP, AROUND = 5, 2  # who leads, and how many on either side of oneself
PLACES = 5  # channels that one is told one's numbers in at once


@dataclass(frozen=True, slots=True)
class Ranked:
    """A board: its best, the asker with those around them if they are on it, and `mine`, where they stand.

    `people` counts everybody on it, `lately` those of them who answered the last question, `season` names the season.
    It adds up the scores of the days from `since` to `until`. `is_linked`: of this workspace and of the one that it is
    linked with.
    """

    scope: Scope
    span: Span
    reach: Reach
    top: tuple[Standing, ...]
    near: tuple[Standing, ...]
    mine: Standing | None
    people: int
    lately: int
    season: Season
    since: date = date.min
    until: date = date.max
    is_linked: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody who looks at a board sees: whose rounds, in which workspace, as of which day; and who they are, and
    in which team, as far as we know them; and the house that the workspace is linked in.
    """

    workspace_id: int
    within: boards.Within
    today: date
    person_id: int | None
    team_id: int | None
    house_id: int | None = None


async def look(session: Session, asked: Asked, reach: Reach) -> Sight | NotSetUp:
    """What the asker can see of the place that they are in, or of its workspace."""
    found = await places.look_around(session, asked.place, asked.person)
    if found is None or (found.zone is None and reach is Reach.HERE):
        return NotSetUp(await may_keep(session, asked, None))
    here = found.place_id if found.zone and reach is Reach.HERE else None
    within = boards.Within(reach, here or found.workspace_id)
    today = local_day(asked.now, found.zone or "UTC")
    return Sight(found.workspace_id, within, today, found.person_id, found.team_id, found.house_id)


async def board(session: Session, asked: Asked, scope: Scope, span: Span, reach: Reach) -> Ranked | NotSetUp:
    """The board of the people of a place, or of its workspace: of both workspaces, where it is linked with one."""
    sight = await look(session, asked, reach)
    if isinstance(sight, NotSetUp):
        return sight
    is_linked = sight.house_id is not None and reach is Reach.WORKSPACE
    if is_linked:
        sight = await _beyond(session, sight)
    within, today, season = sight.within, sight.today, season_of(sight.today)
    since, until = days_of(Span.ALL if span is Span.DAY else span, today)
    latest = await boards.latest(session, within, since, until)
    if latest is None:
        return Ranked(scope, span, reach, (), (), None, 0, 0, season, is_linked=is_linked)
    asker = boards.Asker(sight.person_id, TOP, AROUND)
    if span is Span.DAY:
        since = until = latest.day
        seen = await boards.of_days(session, within, since, until, asker)
    else:
        seen = await boards.kept(session, latest.board, within, asker, latest.day)
    if is_linked:
        seen = await _as_known_here(session, sight, seen)
    mine = next((each for each in seen.near if each.total.person == asker.person_id), None)
    shown = tuple(seen.top), tuple(seen.near), mine
    return Ranked(scope, span, reach, *shown, seen.people, latest.people, season, since, until, is_linked)


async def _beyond(session: Session, sight: Sight) -> Sight:
    """What is seen of both workspaces, by whoever stands there for the asker."""
    stands = await links.stands_for(session, sight.person_id) if sight.person_id else None
    return replace(sight, within=boards.Within(boards.Beyond.HOUSE, sight.house_id or 0), person_id=stands)


async def _as_known_here(session: Session, sight: Sight, seen: boards.Seen) -> boards.Seen:
    """Everybody with the name that they have in this workspace, if they have one here."""
    people = {each.total.person for each in (*seen.top, *seen.near)}
    names = await links.names_in(session, sight.workspace_id, people)

    def known(those: Sequence[Standing]) -> list[Standing]:
        return [replace(each, total=replace(each.total, name=names[each.total.person])) for each in those]

    return boards.Seen(known(seen.top), known(seen.near), seen.people)


@dataclass(frozen=True, slots=True)
class Account:
    """What the asker's total on a board is made of: scores of each kind, the dearest first, and how many questions of
    each level they were right about; nothing for whoever is not on it.
    """

    board: Ranked
    kinds: tuple[scores.Kind, ...]
    levels: Mapping[int, int]


async def account(session: Session, asked: Asked, span: Span, reach: Reach) -> Account | NotSetUp:
    """Why the asker has the rank they have on a board."""
    found = await board(session, asked, Scope.PEOPLE, span, reach)
    if isinstance(found, NotSetUp) or found.mine is None:
        return found if isinstance(found, NotSetUp) else Account(found, (), {})
    here = await places.find_place(session, asked.place) if reach is Reach.HERE else None
    me = [found.mine.total.person]
    people = await links.player_of(session, me[0]) if found.is_linked else me
    which = (people, here.id if here else None, found.since, found.until)
    return Account(found, tuple(await scores.kinds(session, *which)), await scores.levels(session, *which))


@dataclass(frozen=True, slots=True)
class TopicShare:
    """How one does in one topic: so many right of so many."""

    slug: str
    title: str
    right: int
    rounds: int


@dataclass(frozen=True, slots=True)
class MyNumbers:
    """One person in one place. `back`: the day on which they are back, if they are away."""

    points: int
    right: int
    rounds: int
    rank: int | None
    people: int
    streak: Streak
    topics: tuple[TopicShare, ...]
    back: date | None = None
    hints: int = 0


@dataclass(frozen=True, slots=True)
class MyWorkspaces:
    """One person's numbers in every workspace of a platform, the most points first."""

    shares: tuple[scores.Share, ...]


@dataclass(frozen=True, slots=True)
class InPlace:
    """One person in one channel: what they add up to there, and their streak."""

    channel: str
    points: int
    right: int
    rounds: int
    streak: Streak


@dataclass(frozen=True, slots=True)
class MyPlaces:
    """One person's numbers in the channels of their workspace, those answered in last first. `back`: the day on which
    they are back, if they are away.
    """

    places: tuple[InPlace, ...]
    back: date | None = None


async def me(session: Session, bank: Bank, asked: Asked) -> MyNumbers | MyPlaces | MyWorkspaces | NotSetUp:
    """The asker's own numbers of all time: in this place; for somebody alone with us in each channel of the workspace,
    or in every workspace where they are in none.
    """
    if asked.place.workspace.own:
        return await my_workspaces(session, asked)
    if asked.place.personal:
        return await my_places(session, asked)
    ranked = await board(session, asked, Scope.PEOPLE, Span.ALL, Reach.HERE)
    if isinstance(ranked, NotSetUp):
        return ranked
    person, place = await places.find_person(session, asked.person), await places.find_place(session, asked.place)
    days = (await history(session, person.id, [place.id]))[place.id] if person and place else ()
    total = ranked.mine.total if ranked.mine else None
    return MyNumbers(
        total.points if total else 0,
        total.right if total else 0,
        total.rounds if total else 0,
        ranked.mine.rank if ranked.mine else None,
        ranked.people,
        streak(days),
        _topics(bank, days),
        await away.back_on(session, asked, person.id) if person else None,
        total.hints if total else 0,
    )


async def my_workspaces(session: Session, asked: Asked) -> MyWorkspaces:
    """The asker's numbers in every workspace of the platform."""
    return MyWorkspaces(tuple(await scores.shares(session, asked.person.workspace.platform, asked.person.id)))


async def my_places(session: Session, asked: Asked) -> MyPlaces:
    """The asker's numbers in the channels of their workspace: at most `PLACES` of them."""
    person = await places.find_person(session, asked.person)
    if person is None:
        return MyPlaces(())
    sums = await scores.sums(session, person.id)
    found = await places.answered_in(session, person.id, PLACES)
    days = await history(session, person.id, [place.id for place in found])
    return MyPlaces(
        tuple(InPlace(at.channel, *sums.get(at.id, (0, 0, 0)), streak(days[at.id])) for at in found),
        await away.back_on(session, asked, person.id),
    )


def _topics(bank: Bank, days: Sequence[Day]) -> tuple[TopicShare, ...]:
    """Every topic one has been judged in, the weakest first."""
    right: Counter[str] = Counter()
    rounds: Counter[str] = Counter()
    for day in days:
        question = bank.question(day.question)
        if day.verdict is None or question is None:
            continue
        rounds.update(question.topics)
        right.update(question.topics if day.verdict is Verdict.RIGHT else ())
    shares = (TopicShare(slug, bank.topics[slug], right[slug], count) for slug, count in rounds.items())
    return tuple(sorted(shares, key=lambda share: (share.right / share.rounds, -share.rounds, share.title)))
