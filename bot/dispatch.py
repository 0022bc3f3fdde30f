"""Each command to its play, and what came of it to its card. Nothing is begun or committed here: the door does that."""

from typing import NamedTuple, assert_never

from bot import commands
from bot.bank import Bank
from bot.cards import answering as say_answering
from bot.cards import asking as say_asking
from bot.cards import away as say_away
from bot.cards import disputing as say_disputing
from bot.cards import helping as say_helping
from bot.cards import hinting as say_hinting
from bot.cards import home as say_home
from bot.cards import keeping as say_keeping
from bot.cards import linking as say_linking
from bot.cards import practice as say_practice
from bot.cards import privacy as say_privacy
from bot.cards import recap as say_recap
from bot.cards import reporting as say_reporting
from bot.cards import revealing as say_revealing
from bot.cards import ruling as say_ruling
from bot.cards import setup as say_setup
from bot.cards import standings as say_standings
from bot.cards import team_boards as say_team_boards
from bot.cards import teams as say_teams
from bot.cards import trouble as say_trouble
from bot.cards.model import Card, Form
from bot.commands import Command
from bot.domain.rounds import DrillState, PostingKind
from bot.domain.standings import Scope
from bot.play import (
    adopting,
    answering,
    asking,
    away,
    deciding,
    disputing,
    hinting,
    home,
    keeping,
    late,
    linking,
    practice,
    privacy,
    recap,
    reporting,
    revealing,
    ruling,
    setup,
    standings,
    team_boards,
    teams,
    today,
)
from bot.play.asked import Asked
from bot.store.database import Session


async def play(session: Session, bank: Bank, command: Command, asked: Asked) -> Card | Form:  # noqa: C901, PLR0912  # one case for each command
    """Let the command's play work in this session, and have what came of it put into words."""
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
            [outcome] = await answering.answer(bank, session, [said(command, asked)])
            return say_answering.answered(outcome)
        case commands.DailyHint(this):
            return say_hinting.hinted(await hinting.hint(session, bank, asked, this))
        case commands.AnswerLate(this, choice, draft):
            facts = await late.answer_late(session, bank, asked, this, choice, draft=draft)
            return say_revealing.answered_late(facts)
        case commands.Result(this) | commands.Corrected(this):
            return say_revealing.result(await revealing.result(session, bank, asked, this))
        case commands.Week(this):
            return say_recap.my_week(await recap.my_week(session, bank, asked, this))
        case commands.Practice() | commands.Attempt() | commands.Write() | commands.Compare() | commands.Hint():
            return await _practise(session, bank, command, asked)
        case commands.Explain(question, twin, version):
            found = await practice.explain(session, bank, asked, question, version)
            return say_practice.explained(found, twin=twin)
        case commands.Lookup(message):
            return say_practice.explained(await practice.lookup(session, bank, asked, message))
        case commands.Team():
            return say_teams.team(await teams.team(session, asked, command))
        case commands.TeamRank(team, span, reach):
            return say_team_boards.why(await team_boards.why(session, asked, team, span, reach))
        case commands.Board(Scope.TEAMS, span, reach):
            return say_team_boards.board(await team_boards.team_board(session, asked, span, reach))
        case commands.Board(scope, span, reach):
            return say_standings.board(await standings.board(session, asked, scope, span, reach))
        case commands.Account(span, reach):
            return say_standings.account(await standings.account(session, asked, span, reach))
        case commands.MyStats():
            numbers = await standings.me(session, bank, asked)
            return say_standings.me(numbers, await linking.linked_with(session, asked))
        case commands.Away(until):
            return say_away.away(await away.away(session, asked, until))
        case commands.Decide(posting, stands):
            return say_trouble.decided(await deciding.decide(session, asked, posting, stands=stands))
        case commands.Link():
            return say_linking.linked(await linking.link(session, asked, command))
        case commands.House():
            return say_linking.linked(await linking.house(session, asked, command))
        case commands.Privacy(wish, page, confirmed):
            return say_privacy.privacy_of(await privacy.privacy_of(session, asked, wish, page, confirmed))
        case commands.Dispute() | commands.Disputes() | commands.Rule():
            return await _dispute(session, bank, command, asked)
        case commands.Post():
            return say_asking.posted(await asking.post_now(session, asked))
        case commands.Reveal():
            return say_revealing.revealing(await revealing.reveal_now(session, asked))
        case _:
            return await _keep(session, bank, command, asked)


async def _practise(
    session: Session,
    bank: Bank,
    command: commands.Practice | commands.Attempt | commands.Write | commands.Compare | commands.Hint,
    asked: Asked,
) -> Card | Form:
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


async def _dispute(
    session: Session, bank: Bank, command: commands.Dispute | commands.Disputes | commands.Rule, asked: Asked
) -> Card | Form:
    match command:
        case commands.Dispute(this, text):
            return say_disputing.disputed(await disputing.dispute(session, bank, asked, this, text))
        case commands.Disputes(said_number, wish, answer):
            if said_number is not None:
                number = disputing.number_of(said_number) or 0
                return say_ruling.case(await ruling.case(session, bank, asked, number, wish, answer))
            if asked.place.personal:
                return say_helping.only_in_channels()
            return say_ruling.docket(await ruling.docket(session, bank, asked))
        case commands.Rule(number, wish, answer, rulings):
            return say_ruling.ruled(await ruling.rule(session, bank, asked, number, wish, answer, rulings))
        case _:
            assert_never(command)


async def _keep(
    session: Session,
    bank: Bank,
    command: commands.Setup
    | commands.Preview
    | commands.Keepers
    | commands.Pause
    | commands.Resume
    | commands.Stop
    | commands.Report,
    asked: Asked,
) -> Card | Form:
    match command:
        case commands.Setup():
            return say_setup.set_up(await setup.set_up(session, bank, asked, command), bank.topics)
        case commands.Report(span, layout, page):
            return say_reporting.report(await reporting.report(session, bank, asked, span), layout, page or 1)
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


class Proof(NamedTuple):
    """That the message of a posting stands, of which we did not know."""

    round: int
    kind: PostingKind


async def proven(session: Session, command: Command, asked: Asked) -> Proof | None:
    """What the press that was this command proves, if that is news. Answers see to it themselves."""
    match command:
        case commands.DailyHint(this):
            proof = Proof(this, PostingKind.QUESTION)
        case commands.Result(this):
            proof = Proof(this, PostingKind.REVEAL)
        case commands.Corrected(this):
            proof = Proof(this, PostingKind.CORRECTION)
        case commands.Week(this):
            proof = Proof(this, PostingKind.RECAP)
        case _:
            return None
    return proof if await adopting.is_news(session, proof.round, proof.kind, asked) else None


def said(command: commands.Answer, asked: Asked) -> answering.Said:
    """What a command says in a round."""
    return answering.Said(asked, command.round, answering.Mine(command.choice, command.sure), command.more)
