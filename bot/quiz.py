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
from typing import Protocol, assert_never

from bot import commands, grammar
from bot.bank import Bank
from bot.cards import answering as say_answering
from bot.cards import asking as say_asking
from bot.cards import helping as say_helping
from bot.cards import home as say_home
from bot.cards import keeping as say_keeping
from bot.cards import practice as say_practice
from bot.cards import recap as say_recap
from bot.cards import revealing as say_revealing
from bot.cards import setup as say_setup
from bot.cards import standings as say_standings
from bot.cards import trouble as say_trouble
from bot.cards.model import Card, Form
from bot.commands import Command
from bot.domain.identity import Person, Place, Posted, Workspace
from bot.domain.rounds import DrillState
from bot.metrics import Metrics
from bot.play import (
    answering,
    asking,
    deciding,
    home,
    keeping,
    leaving,
    practice,
    recap,
    revealing,
    setup,
    standings,
    suggesting,
    today,
)
from bot.play.asked import Asked
from bot.ports import Reply, Suggestion, Vault
from bot.store import presence
from bot.store.answer_batch import AnswerBatch
from bot.store.database import Database, Session, is_outage, is_rivalry, reason

log = logging.getLogger(__name__)

_READ_ONLY = (
    *(commands.Home, commands.Help, commands.Misread, commands.Today, commands.Result, commands.Week),
    *(commands.Practice, commands.Attempt, commands.Write, commands.Compare, commands.Hint, commands.Explain),
    *(commands.Lookup, commands.Board, commands.MyStats, commands.Preview),
)
_IN_CHANNELS = (
    *(commands.Today, commands.Answer, commands.Result, commands.Week, commands.Board, commands.Setup, commands.Pause),
    *(commands.Resume, commands.Stop, commands.Post, commands.Reveal, commands.Preview, commands.Keepers),
)
_OF_A_ROUND = (commands.Answer, commands.Result, commands.Week)  # which says itself what channel it is of
_IN_THE_CHANNEL = tuple(kind for kind in _IN_CHANNELS if kind not in _OF_A_ROUND)
_MAKES_DUE = (commands.Setup, commands.Resume, commands.Post, commands.Reveal, commands.Decide)
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
        self._answers = AnswerBatch(database, partial(answering.answer, bank))
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
        if isinstance(command, commands.Answer):
            outcome = await self._answers.add(_said(command, asked))
            if not isinstance(outcome, answering.Away):
                self._metrics.answered(asked.place.workspace.platform, _OUTCOMES[type(outcome)])
                return say_answering.answered(outcome)
        async with self._transaction(command) as session:
            left_at = await presence.left_at(session, asked.place.workspace)
            if left_at is None:
                return await self._play(session, command, asked)
            if asked.now - left_at < leaving.JUST_NOW:
                return say_helping.removed()
        await self.joined(asked.place.workspace)
        async with self._transaction(command) as session:
            return await self._play(session, command, asked)

    def _transaction(self, command: Command) -> AbstractAsyncContextManager[Session]:
        return self._database.reading() if isinstance(command, _READ_ONLY) else self._database.writing()

    async def _play(self, session: Session, command: Command, asked: Asked) -> Card | Form:  # noqa: C901, PLR0912  # one case for each command
        bank = self._bank
        match command:
            case commands.Home(first) if asked.place.personal:
                return say_home.at_home(await home.home(session, bank, asked, first))
            case commands.Home():
                return say_helping.home()
            case commands.Help(word):
                return say_helping.helped(word)
            case commands.Misread():
                return say_helping.misread(command)
            case commands.Today():
                return say_answering.today(await today.today(session, bank, asked))
            case commands.Answer():
                [outcome] = await answering.answer(bank, session, [_said(command, asked)])
                self._metrics.answered(asked.place.workspace.platform, _OUTCOMES[type(outcome)])
                return say_answering.answered(outcome)
            case commands.Result(this):
                return say_revealing.result(await revealing.result(session, bank, asked, this))
            case commands.Week(this):
                return say_recap.my_week(await recap.my_week(session, bank, asked, this))
            case commands.Practice() | commands.Attempt() | commands.Write() | commands.Compare() | commands.Hint():
                return await self._practise(session, command, asked)
            case commands.Explain(question, twin, version):
                facts = await practice.explain(session, bank, asked, question, version)
                return say_practice.explained(facts, twin=twin)
            case commands.Lookup(message):
                return say_practice.explained(await practice.lookup(session, bank, asked, message))
            case commands.Board(scope, span):
                return say_standings.board(await standings.board(session, asked, scope, span))
            case commands.MyStats():
                return say_standings.me(await standings.me(session, bank, asked))
            case commands.Decide(posting, stands):
                return say_trouble.decided(await deciding.decide(session, asked, posting, stands=stands))
            case commands.Post():
                return say_asking.posted(await asking.post_now(session, asked))
            case commands.Reveal():
                return say_revealing.revealing(await revealing.reveal_now(session, asked))
            case _:
                return await self._keep(session, command, asked)

    async def _practise(
        self,
        session: Session,
        command: commands.Practice | commands.Attempt | commands.Write | commands.Compare | commands.Hint,
        asked: Asked,
    ) -> Card | Form:
        bank = self._bank
        match command:
            case commands.Practice(topic, level, after):
                return say_practice.practise(await practice.practise(session, bank, asked, topic, level, after))
            case commands.Attempt(question, choice, topic, level, draft):
                facts = await practice.attempt(session, bank, asked, question, choice, topic, level, draft=draft)
                return say_practice.attempted(facts)
            case commands.Write(question):
                return say_practice.write(await practice.write(session, bank, asked, question))
            case commands.Compare(question, text):
                return say_practice.compared(await practice.compare(session, bank, asked, question, text))
            case commands.Hint(question, topic, level):
                return say_practice.hinted(await practice.hint(session, bank, asked, question, topic, level))
            case _:
                assert_never(command)

    async def _keep(
        self,
        session: Session,
        command: commands.Setup
        | commands.Preview
        | commands.Keepers
        | commands.Pause
        | commands.Resume
        | commands.Stop,
        asked: Asked,
    ) -> Card | Form:
        bank = self._bank
        match command:
            case commands.Setup():
                return say_setup.set_up(await setup.set_up(session, bank, asked, command), bank.topics)
            case commands.Preview():
                return say_asking.preview(await asking.preview(session, bank, asked))
            case commands.Keepers(add, remove):
                return say_keeping.keepers(await keeping.keepers(session, asked, add, remove))
            case commands.Pause(until):
                return say_setup.changed(await setup.change_state(session, bank, asked, DrillState.PAUSED, until))
            case commands.Resume():
                return say_setup.changed(await setup.change_state(session, bank, asked, DrillState.ACTIVE))
            case commands.Stop():
                return say_setup.changed(await setup.change_state(session, bank, asked, DrillState.STOPPED))
            case _:
                assert_never(command)


def _log(command: Command, code: str, error: Exception) -> None:
    """Log what broke: where it did, unless the database is away, of which everybody who asks would fill the log."""
    where = None if is_outage(error) else error
    log.error("%s failed [%s]: %s", type(command).__name__, code, reason(error), exc_info=where)


def _is_at_home(place: Place) -> bool:
    """Whether somebody is alone with us within a workspace: its questions can be answered there, too."""
    return place.personal and not place.workspace.own


def _said(command: commands.Answer, asked: Asked) -> answering.Said:
    return answering.Said(asked, command.round, answering.Mine(command.choice, command.sure), command.more)
