"""A run: days pass, processes die and are born, until so many have died; then everything settles and is counted."""

import asyncio
import gc
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from time import monotonic

from bot.bank import Bank
from bot.commands import Setup
from bot.domain import sending
from bot.domain.identity import Person, Place, Workspace
from bot.domain.rounds import PostingKind
from bot.play.posting import GRACE
from bot.play.taking import NEXT_DAY_GRACE
from bot.quiz import Quiz
from bot.store.database import Database
from tests.crash import rows
from tests.crash.account import Account, settle
from tests.crash.herd import Herd
from tests.crash.pacing import Pacing
from tests.crash.platforms import Opened, Platforms, Sighting
from tests.crash.points import OF_ANSWERS, POINTS
from tests.crash.worker import Life, rehearse
from tests.fakes.discord.world import GUILD
from tests.fakes.slack.people import TEAM

_MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
_BEFORE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_PRESSING = timedelta(minutes=90)  # of the three hours in which a question may still be sent,
_ROOM = timedelta(minutes=30)  # and at least so long before they are over, which midnight ends early
_TRIED = sending.PATIENCE * 2 // 3  # times
_SMALL = 500  # kills
_LOOK = 0.3  # real seconds from one look at the rows to the next
_SETTLED_WITHIN = timedelta(minutes=60)
_WORKSPACES = {"discord": Workspace("discord", str(GUILD)), "slack": Workspace("slack", TEAM)}


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a run is.

    `places` is how many there are on each platform, `hours` of the day at which drills ask, one after the other, within
    `window` of each; time passes `speed` times as fast; `people` press buttons on each platform, waiting `pause` real
    seconds after an answer.
    """

    kills: int
    seed: int
    points: Sequence[str]
    workers: int
    speed: float
    places: int
    hours: int
    window: timedelta
    people: int
    pause: float


def plan(kills: int, seed: int, *, answers: bool, workers: int, speed: float) -> Plan:
    """A small run goes through one morning, a large one through days with a question somewhere in every hour."""
    small = kills <= _SMALL
    return Plan(
        kills,
        seed,
        OF_ANSWERS if answers else POINTS,
        workers,
        speed,
        places=40 if small else 400,
        hours=1 if small else 24,
        window=timedelta(minutes=4),
        people=50 if answers else 4,
        pause=0.0 if answers else 0.3,
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to."""

    account: Account
    deaths: Mapping[str, int]
    started: int
    unstarted: int
    faults: int
    refused: Mapping[str, int]
    days: float
    killing: float  # real seconds
    settling: float
    unexpected: tuple[str, ...]


class Run:
    """One run on one database, which has the tables of this release and nothing in them."""

    def __init__(self, plan: Plan, url: str, bank: Bank, tell: Callable[[str], None]) -> None:
        """Nothing is started yet. `tell` is told how it goes."""
        self._plan, self._tell, self._bank = plan, tell, bank
        self._database = Database(url)
        self._enough = False
        self._asks_at = _MORNING
        self._pacing = Pacing.beginning(_MORNING - _BEFORE, self._plan.speed)
        self._luck = random.Random(plan.seed)  # noqa: S311  # luck is to be repeatable

    def enough(self, *_: object) -> None:
        """Kill no more: settle, and count."""
        self._enough = True

    def __call__(self) -> Outcome:
        """Do it."""
        plan = self._plan
        with Platforms(plan.places, plan.pause, plan.seed) as platforms:
            asyncio.run(self._set_up(platforms.opened))
            self._pacing = Pacing.beginning(_MORNING - _BEFORE, self._plan.speed)
            self._pass(platforms)
            life = self._life(platforms.opened)
            asyncio.run(rehearse(life("", 1), self._pacing.real(plan.window.total_seconds())))
            herd = Herd(plan.workers, self._luck, plan.points, life)
            gc.freeze()  # what the processes are born with is not to be copied
            try:
                return self._days(herd, platforms)
            finally:
                herd.close()

    def _days(self, herd: Herd, platforms: Platforms) -> Outcome:
        plan = self._plan
        self._peace(herd)
        self._jump(herd, platforms)  # after a day in peace there is everything to do
        began = monotonic()
        while herd.kills < plan.kills and not self._enough:
            herd.tend(monotonic() + _LOOK, deadly=not self._is_pressing())
            self._tell(f"{herd.kills} killed, {monotonic() - began:.0f} s, {self._pacing.now():%d %b %H:%M}")
            if self._is_quiet():
                self._jump(herd, platforms)
        killing = monotonic() - began
        herd.put_away()
        self._pass(platforms)
        self._peace(herd)
        now = self._pacing.now()
        herd.put_away()
        seen: Sighting = platforms.look()
        account = settle(asyncio.run(self._rows()), seen, now)
        days = (now - _MORNING) / _DAY
        settling = monotonic() - began - killing
        ends = tuple(herd.unexpected)
        return Outcome(
            account, herd.deaths, herd.started, herd.unstarted, seen.faults, seen.refused, days, killing, settling, ends
        )

    def _peace(self, herd: Herd) -> None:
        """Nobody is killed until nothing is under way, or too long."""
        patience = self._pacing.now() + _SETTLED_WITHIN
        while self._waiting(self._pacing.now()) and self._pacing.now() < patience:
            herd.tend(monotonic() + _LOOK, deadly=False)
        herd.put_away()

    def _is_quiet(self) -> bool:
        """Whether the questions of this hour have had their time, and none would be pressing after a jump."""
        now = self._pacing.now()
        if now < self._asks_at + self._plan.window:
            return False
        questions = [each.since for each in self._waiting(now) if each.kind is PostingKind.QUESTION]
        return all(self._asks_at + self._step < _pressing_at(since) for since in questions)

    def _is_pressing(self) -> bool:
        """Whether something would soon be given up for good, as it must be where processes die every half minute for
        hours: until it is sent they may live. A tally is tried as often as people answer, and never given up.
        """
        now = self._pacing.now()
        return any(
            each.attempt >= _TRIED or (each.kind is PostingKind.QUESTION and now > _pressing_at(each.since))
            for each in self._waiting(now)
            if each.kind is not PostingKind.TALLY
        )

    @property
    def _step(self) -> timedelta:
        """From one hour at which drills ask to the next."""
        return _DAY / self._plan.hours

    def _jump(self, herd: Herd, platforms: Platforms) -> None:
        """Everything stops and comes up again right before the next hour, with people and faults about."""
        herd.put_away()
        self._asks_at += self._step
        self._pacing = Pacing.beginning(self._asks_at - _BEFORE, self._plan.speed)
        platforms.pass_(self._pacing, faults=True, people=self._plan.people)

    def _pass(self, platforms: Platforms) -> None:
        platforms.pass_(self._pacing, faults=False, people=0)

    def _life(self, opened: Opened) -> Callable[[str, int], Life]:
        return lambda point, nth: Life(self._database, self._bank, opened.environment, self._pacing, point, nth)

    def _waiting(self, now: datetime) -> list[rows.Waiting]:
        async def ask() -> list[rows.Waiting]:
            try:
                return [*await rows.waiting(self._database, now)]
            finally:
                await self._database.close()  # a process that is forked must find no connection

        return asyncio.run(ask())

    async def _rows(self) -> rows.Rows:
        try:
            return await rows.read(self._database)
        finally:
            await self._database.close()

    async def _set_up(self, opened: Opened) -> None:
        """A drill in every channel, by the quiz's own door."""
        quiz = Quiz(self._database, self._bank, lambda: _MORNING - _BEFORE, _Nobody())
        minutes = self._plan.window // _BEFORE
        try:
            for platform, channels in opened.channels.items():
                keeper = Person(_WORKSPACES[platform], "1", "Ada", manages=True)
                for number, channel in enumerate(channels):
                    hour = (9 + number % self._plan.hours) % 24
                    at = f"{hour:02}:{self._luck.randrange(minutes):02}"
                    drill = Setup(at, "UTC", "daily")
                    await quiz.handle(drill, keeper, Place(_WORKSPACES[platform], channel))
        finally:
            await self._database.close()


def _pressing_at(since: datetime) -> datetime:
    """From when on a question of that time is not to be kept from being sent any longer. All drills live in UTC."""
    midnight = datetime.combine(since.date() + _DAY, time.min, UTC)
    until = since + GRACE if since + GRACE < midnight else max(midnight, since + NEXT_DAY_GRACE)
    return min(since + _PRESSING, until - _ROOM)


class _Nobody:
    """Sends nothing yet."""

    def wake(self) -> None:
        """Later."""

    async def idle(self) -> None:
        """Nothing is under way."""
