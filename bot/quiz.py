"""The one door: a command comes in, one transaction happens, a reply goes out. Answers share theirs with each other.

Nobody is told anything before the transaction has committed, and nothing is sent to a platform inside one. Where a
command makes something due, the door wakes the sweep after its commit.
"""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Protocol

from bot import commands, dispatch, grammar
from bot.bank import Bank
from bot.cards import answering as say_answering
from bot.cards import helping as say_helping
from bot.cards import home as say_home
from bot.cards.model import Card, Form
from bot.commands import Command
from bot.dispatch import Proof, said
from bot.domain.identity import Person, Place, Posted, Workspace
from bot.metrics import Metrics
from bot.play import adopting, answering, asking, leaving, revealing, suggesting
from bot.play.answering_at_once import answer_at_once
from bot.play.asked import Asked
from bot.play.known import Memory
from bot.ports import Reply, Suggestion, Vault
from bot.store import presence
from bot.store.answer_batch import AnswerBatch
from bot.store.database import Database, Session, is_outage, is_rivalry, reason

log = logging.getLogger(__name__)

_READ_ONLY = (
    *(commands.Home, commands.Help, commands.Misread, commands.Today, commands.Result, commands.Week),
    *(commands.Practice, commands.Attempt, commands.Write, commands.Compare, commands.Hint, commands.Explain),
    *(commands.Lookup, commands.Report, commands.Board, commands.Account, commands.MyStats, commands.Preview),
    *(commands.Corrected, commands.Disputes, commands.TeamRank),
)
_IN_CHANNELS = (
    *(commands.Today, commands.Answer, commands.Result, commands.Week, commands.Board, commands.Account),
    *(commands.Setup, commands.Pause, commands.Resume, commands.Stop, commands.Post, commands.Reveal),
    *(commands.Preview, commands.Keepers, commands.Report, commands.DailyHint, commands.AnswerLate),
    *(commands.Corrected, commands.Dispute, commands.Team, commands.TeamRank, commands.Link, commands.House),
)
# Those of a round, which says itself what channel it is of; and those that are of no channel, but of a workspace.
_OF_A_ROUND = (
    *(commands.Answer, commands.DailyHint, commands.AnswerLate, commands.Result, commands.Week),
    *(commands.Corrected, commands.Dispute),
)
_OF_A_WORKSPACE = (commands.Team, commands.TeamRank, commands.Link, commands.House)
_IN_THE_CHANNEL = tuple(kind for kind in _IN_CHANNELS if kind not in (*_OF_A_ROUND, *_OF_A_WORKSPACE))
_MAKES_DUE = (
    *(commands.Setup, commands.Resume, commands.Post, commands.Reveal, commands.Decide),
    *(commands.Dispute, commands.Rule),
)
_LAST_WORDS = 5.0  # seconds for the answers that wait before somebody is forgotten
_OUTCOMES = {
    answering.Recorded: "recorded",
    answering.TooLate: "too_late",
    answering.NoSuchOption: "no_such_option",
    revealing.NoSuchRound: "no_such_round",
    answering.Away: "away",
    type(None): "too_many_waiting",
}


class Sweeper(Protocol):
    """Whoever sends what is due: told after a commit that made something so."""

    def wake(self) -> None:
        """Send what is due, soon."""

    async def idle(self) -> None:
        """Returns once what was due has been sent."""


class Quiz:
    """The door. `now` tells the time of each command."""

    def __init__(
        self,
        database: Database,
        bank: Bank,
        now: Callable[[], datetime],
        sweeper: Sweeper,
        vault: Vault | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """Keeps nothing but what it is given."""
        self._metrics = metrics or Metrics()
        self.vault = vault
        self._database = database
        self._bank = bank
        memory = Memory()
        self._answers = AnswerBatch(
            database,
            partial(answering.answer, bank, memory=memory),
            lambda said: said.asked.person.id,
            write_at_once=partial(answer_at_once, memory),
        )
        self._now = now
        self._sweeper = sweeper

    async def handle(self, command: Command, person: Person, place: Place, pressed: Posted | None = None) -> Reply:
        """Do what is asked and say so: see `bot.ports.Door`."""
        asked, began = Asked(person, place, self._now(), pressed), perf_counter()
        try:
            says = await self._insist(command, asked)
        except Exception as error:  # noqa: BLE001  # the last boundary: the person is answered, and it is logged
            self._metrics.failed(place.workspace.platform)
            code = secrets.token_hex(3)
            _log(command, code, error)
            return Reply(say_helping.apology(code))
        of = "answer" if isinstance(command, commands.Answer) else "other"
        self._metrics.replied(place.workspace.platform, of, perf_counter() - began)
        if isinstance(command, _MAKES_DUE):
            self._sweeper.wake()
        return Reply(say_home.with_way_home(says) if _is_at_home(place) and isinstance(says, Card) else says)

    async def suggest(self, word: str, argument: str, typed: str, person: Person, place: Place) -> Sequence[Suggestion]:
        """Complete an argument: see `bot.ports.Door`."""
        entry = grammar.word(word)
        kinds = {known.name: known.completes for known in entry.arguments} if entry else {}
        kind = kinds.get(argument, grammar.Completes.NOTHING)
        try:
            async with self._database.reading() as session:
                pairs = await suggesting.suggest(session, self._bank, Asked(person, place, self._now()), kind, typed)
        except Exception:  # whoever is typing can do without
            log.exception("%s of %s could not be completed", argument, word)
            return []
        return [Suggestion(value, label) for value, label in pairs]

    async def left(self, workspace: Workspace) -> None:
        """Let a workspace rest: see `bot.ports.Door`."""
        async with self._database.writing() as session:
            await leaving.leave(session, workspace, self._now())

    async def joined(self, workspace: Workspace) -> None:
        """Let a workspace go on: see `bot.ports.Door`."""
        async with self._database.writing() as session:
            returned = await leaving.come_back(session, workspace, self._now())
        if returned:
            log.info("we are in a workspace of %s again that we had left", workspace.platform)
            self._sweeper.wake()

    async def workspaces(self, platform: str) -> Mapping[Workspace, bool]:
        """The workspaces we know: see `bot.ports.Door`."""
        async with self._database.reading() as session:
            known = await presence.workspaces(session, platform)
        return {Workspace(platform, external_id): is_in for external_id, is_in in known.items()}

    def crowded(self) -> Reply:
        """One more than can be answered: see `bot.ports.Door`."""
        return Reply(say_helping.crowded())

    async def finish(self, within: float) -> None:
        """Write the answers that are waiting, in that many seconds at most: nobody is asked any more after this."""
        await self._answers.finish(within)

    async def settled(self) -> None:
        """Wait for what is due: see `bot.ports.Door`."""
        await self._sweeper.idle()

    async def open_house(self, place: Place, person: Person, zone: str) -> None:
        """Have a drill for whoever plays alone here, and today's question due."""
        async with self._database.writing() as session:
            await asking.open_house(session, place, person, zone, self._now())

    async def _insist(self, command: Command, asked: Asked) -> Card | Form:
        """Do what is asked; once more where the same was being done at that moment, to say what it came to."""
        try:
            return await self._answer(command, asked)
        except Exception as error:
            if not is_rivalry(error):
                raise
            return await self._answer(command, asked)

    async def _answer(self, command: Command, asked: Asked) -> Card | Form:
        """Do what is asked in a transaction. Whoever asks in a workspace proves that we are in it, if it is not just
        being left.
        """
        if _is_at_home(asked.place) and isinstance(command, commands.Today):
            command = commands.Home()
        if asked.place.personal and isinstance(command, _IN_CHANNELS if asked.place.workspace.own else _IN_THE_CHANNEL):
            return say_helping.only_in_channels()
        if isinstance(command, commands.Privacy) and command.erases:
            await self._answers.finish(_LAST_WORDS)  # what they said before goes with the rest
        if isinstance(command, commands.Answer):
            outcome = await self._answers.add(said(command, asked))
            if not isinstance(outcome, answering.Away):
                self._metrics.answered(asked.place.workspace.platform, _OUTCOMES[type(outcome)])
                return say_answering.answered(outcome)
        async with self._transaction(command) as session:
            left_at = await presence.left_at(session, asked.place.workspace)
            if left_at is None:
                says = await dispatch.play(session, self._bank, command, asked)
                proven = await dispatch.proven(session, command, asked)
            elif asked.now - left_at < leaving.JUST_NOW:
                return say_helping.removed()
        if left_at is None:
            if proven is not None:
                await self._learn(proven, asked)
            return says
        await self.joined(asked.place.workspace)
        async with self._transaction(command) as session:
            return await dispatch.play(session, self._bank, command, asked)

    async def _learn(self, proven: Proof, asked: Asked) -> None:
        """Keep what a press proves of a message. Whoever pressed is answered in any case; the next press will do."""
        try:
            async with self._database.writing() as session:
                await adopting.adopt(session, proven.round, proven.kind, asked)
        except Exception as error:  # noqa: BLE001  # as above
            log.warning("that the %s of round %s stands was not kept: %s", proven.kind, proven.round, reason(error))

    def _transaction(self, command: Command) -> AbstractAsyncContextManager[Session]:
        reads = not command.writes if isinstance(command, commands.Privacy) else isinstance(command, _READ_ONLY)
        return self._database.reading() if reads else self._database.writing()


def _log(command: Command, code: str, error: Exception) -> None:
    """Log what broke: where it did, unless the database is away, of which everybody who asks would fill the log."""
    where = None if is_outage(error) else error
    log.error("%s failed [%s]: %s", type(command).__name__, code, reason(error), exc_info=where)


def _is_at_home(place: Place) -> bool:
    """Whether somebody is alone with us within a workspace: its questions can be answered there, too."""
    return place.personal and not place.workspace.own
