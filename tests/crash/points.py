"""The named moments at which a process ends: around each transaction of the delivery, and around each call."""

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import ORMExecuteState, Session, object_session

from bot.cards.model import Card
from bot.domain.identity import Person, Place, Posted
from bot.domain.rounds import PostingState, RoundState
from bot.ports import STOPPING, Absent, Door, Platform, Refused, Route, Unclear
from bot.store.database import _BEGINS
from bot.store.models import Posting, Round

_TRANSACTIONS = ("plan", "take", "record", "close", "look", "answer")
_CALLS = ("post", "edit", "find")
POINTS = (
    *(f"{what}: {when}" for what in _TRANSACTIONS for when in ("before the commit", "after the commit")),
    *(f"{what}: {when}" for what in _CALLS for when in ("before the call", "during the call", "after the answer")),
)
AT_ONCE = ("answer at once: before it is sent", "answer at once: before anybody is told")
OF_ANSWERS = ("answer: before the commit", "answer: after the commit", *AT_ONCE)
_LONGEST_CALL = 0.03  # real seconds into a call
_SAID = {"round": "plan", "answer": "answer"}  # what an INSERT into a table is part of
_ANSWERS = "INSERT INTO answer "
_DONE = "what was done"
CALL, READY, IDLE = "call", "ready", "idle"  # what a process says of itself besides
_Result = TypeVar("_Result")


@dataclass(slots=True)
class Doom:
    """Ends this process with SIGKILL at a point, the `nth` time it is reached, and says so to `pipe` right before."""

    point: str
    nth: int
    pipe: int
    seen: int = 0
    luck: random.Random = field(default_factory=random.Random)

    def is_next(self, point: str) -> bool:
        """Whether the process is to end at this point, which is reached now."""
        if point != self.point:
            return False
        self.seen += 1
        return self.seen == self.nth

    def reach(self, point: str) -> None:
        """End here if it is time."""
        if self.is_next(point):
            self.fall()

    def say(self, what: str) -> None:
        """Tell the supervisor something, where there is one."""
        if self.pipe >= 0:
            os.write(self.pipe, f"{what}\n".encode())

    def fall(self) -> None:
        """End without a word to anybody but the supervisor."""
        self.say(self.point)
        os.kill(os.getpid(), signal.SIGKILL)


def watch(doom: Doom) -> None:
    """Have this process end around the transactions that the point is about."""
    _note_what_is_done()
    _watch_answers(doom)

    @event.listens_for(Session, "before_commit")
    def _before(session: Session) -> None:
        if what := session.connection().info.pop(_DONE, None):  # of what went past the session
            session.info.setdefault(_DONE, set()).add(what)
        for what in _of(session):
            if doom.is_next(f"{what}: before the commit"):
                session.flush()  # everything is written, and nothing of it counts
                doom.fall()

    @event.listens_for(Session, "after_commit")
    def _after(session: Session) -> None:
        for what in _of(session):
            doom.reach(f"{what}: after the commit")


def _watch_answers(doom: Doom) -> None:
    """The same around answers, which go past the session: in a statement by itself, or in its transaction."""

    @event.listens_for(Engine, "before_cursor_execute")
    def _sent(connection: Connection, _cursor: object, sql: str, *_: object) -> None:
        if _ANSWERS in sql and _is_at_once(connection):
            doom.reach(AT_ONCE[0])

    @event.listens_for(Engine, "after_cursor_execute")
    def _executed(connection: Connection, _cursor: object, sql: str, *_: object) -> None:
        if _ANSWERS in sql and _is_at_once(connection):
            doom.reach(AT_ONCE[1])
        elif _ANSWERS in sql:
            connection.info[_DONE] = "answer"


def _is_at_once(connection: Connection) -> bool:
    """Whether each statement is a transaction by itself."""
    options = connection.get_execution_options()
    return options.get("isolation_level") == "AUTOCOMMIT" or not options.get(_BEGINS, True)


def _note_what_is_done() -> None:
    """Let each session know what its transaction is about."""

    @event.listens_for(Posting.state, "set")
    def _posting(target: Posting, value: PostingState, old: Any, _: object) -> None:
        if value is not old:
            _note("take" if value is PostingState.SENDING else "record", target)

    @event.listens_for(Posting.attempt, "set")
    def _attempt(target: Posting, value: int, old: Any, _: object) -> None:
        if value != old:
            _note("look", target)

    @event.listens_for(Round.state, "set")
    def _round(target: Round, value: RoundState, *_: object) -> None:
        if value is RoundState.CLOSED:
            _note("close", target)

    @event.listens_for(Session, "do_orm_execute")
    def _statement(state: ORMExecuteState) -> None:
        table = getattr(getattr(state.statement, "table", None), "name", "")
        if state.is_insert and table in _SAID:
            state.session.info.setdefault(_DONE, set()).add(_SAID[table])


def _note(what: str, target: Posting | Round) -> None:
    session = object_session(target)
    if session is not None:
        session.info.setdefault(_DONE, set()).add(what)


def _of(session: Session) -> set[str]:
    """What a transaction did. Taking counts an attempt, too."""
    done: set[str] = session.info.get(_DONE, set())
    return done - {"look"} if "take" in done else done


class Watched:
    """A real platform, and a process that may end around its calls."""

    def __init__(self, platform: Platform, doom: Doom) -> None:
        """Adds nothing else to `platform`."""
        self._platform = platform
        self._doom = doom
        self.name = platform.name
        self.routes: Sequence[Route] = platform.routes
        self.hearing = platform.hearing
        self.at_once = platform.at_once

    def trouble(self) -> str | None:
        """As the platform does."""
        return self._platform.trouble()

    async def start(self, door: Door) -> None:
        """As the platform does."""
        await self._platform.start(door)

    async def listen(self) -> None:
        """As the platform does."""
        await self._platform.listen()

    async def hush(self) -> None:
        """As the platform does."""
        await self._platform.hush()

    async def stop(self, within: float = STOPPING) -> None:
        """As the platform does."""
        await self._platform.stop(within)

    async def post(self, place: Place, card: Card, key: str, under: Posted | None = None) -> Posted | Refused | Unclear:
        """As the platform does, or not to the end."""
        return await self._call("post", lambda: self._platform.post(place, card, key, under))

    async def edit(self, posted: Posted, card: Card) -> Posted | Refused | Unclear:
        """As the platform does, or not to the end."""
        return await self._call("edit", lambda: self._platform.edit(posted, card))

    async def find(self, place: Place, key: str) -> Posted | Absent | Refused | Unclear:
        """As the platform does, or not to the end."""
        return await self._call("find", lambda: self._platform.find(place, key))

    async def remove_copies(self, kept: Posted, key: str) -> int | Refused | Unclear:
        """As the platform does."""
        return await self._platform.remove_copies(kept, key)

    async def tell(self, person: Person, card: Card) -> Posted | Refused | Unclear:
        """As the platform does."""
        return await self._platform.tell(person, card)

    async def discuss(self, posted: Posted, title: str) -> Posted | Refused | Unclear:
        """As the platform does."""
        return await self._platform.discuss(posted, title)

    async def _call(self, what: str, make: Callable[[], Awaitable[_Result]]) -> _Result:
        self._doom.say(CALL)
        self._doom.reach(f"{what}: before the call")
        if self._doom.is_next(f"{what}: during the call"):
            asyncio.get_running_loop().call_later(self._doom.luck.uniform(0, _LONGEST_CALL), self._doom.fall)
        result = await make()
        self._doom.reach(f"{what}: after the answer")
        return result
