"""The board of teams, and the sum behind the worth of one."""

from typing import assert_never

from bot.cards.helping import not_set_up
from bot.cards.model import Block, Button, Buttons, Card, Fact, Facts, Prose, Rank, Ranking, Text, fact, note, say
from bot.cards.phrases import TODAY, count, name
from bot.cards.standings import SPANS
from bot.commands import Board, Team, TeamRank
from bot.domain.standings import Reach, Scope, Span
from bot.domain.teams import FEWEST, PRIOR, TeamStanding, mixed, tenths
from bot.grammar import NAME
from bot.play.asked import NotSetUp
from bot.play.team_boards import NotOnBoard, Part, TeamsRanked, WhyRank

SEASON_BOARD = Button("Board of teams", Board(Scope.TEAMS, Span.SEASON, Reach.WORKSPACE))
MY_TEAM = Button("My team", Team())
FORMULA = (
    f"A team's points: ({PRIOR} × the mean of all people here + its people's points) ÷ ({PRIOR} + n). n counts who "
    f"scored for it, and members who are active; from {FEWEST} on it is ranked."
)
_UNRANKED = 5  # teams without a rank that are named
_PARTS = 20  # people of a sum that have a line each


def board(facts: TeamsRanked | NotSetUp) -> Card:
    """Which team leads here."""
    match facts:
        case TeamsRanked():
            return _board(facts)
        case NotSetUp():
            return not_set_up(facts)
        case _:
            assert_never(facts)


def _board(facts: TeamsRanked) -> Card:
    title = f"Board · teams · {_where(facts.span, facts.reach)}"
    people = Button("People", Board(Scope.PEOPLE, facts.span, facts.reach))
    spans = (Button(SPANS[it].capitalize(), _at(it, facts.reach)) for it in Span if it is not facts.span)
    whole = facts.reach is Reach.WORKSPACE
    wider = Button("This channel" if whole else "Whole workspace", _at(facts.span, _other(facts.reach)))
    others = (*spans, wider, people, MY_TEAM)
    if not facts.any_there:
        words = say(f"Nobody has formed a team here yet. The people's board is alive, though: `/{NAME} team create`.")
        return Card(title, (words, Buttons((MY_TEAM, people))), summary="There are no teams here yet.")
    if not facts.top and not facts.unranked:
        words = say(f"No team is on the board of {SPANS[facts.span]} yet: points are given when a question closes.")
        return Card(title, (words, Buttons((TODAY, *others))), summary="No team is on this board yet.")
    shown = next((each for each in (*facts.near, *facts.unranked) if each.total.team == facts.mine), None)
    asked = shown or next(iter((*facts.top, *facts.unranked)))
    why = why_button(asked.total.team, facts.span, facts.reach)
    blocks = (*_lines(facts), *_unranked(facts), Buttons((why, *others)), note(_about(facts)), note(FORMULA))
    return Card(title, blocks, summary=f"Which team leads {SPANS[facts.span]}.")


def why_button(team: int, span: Span, reach: Reach) -> Button:
    """Leads to the sum behind a team's worth."""
    return Button("Why this rank?", TeamRank(team, span, reach))


def stands(it: TeamStanding | None, teams: int = 0) -> str:
    """Where a team stands, in few words."""
    if it is None:
        return "on no board until a question has closed"
    if it.rank is None:
        return f"no rank yet: {it.total.people} of {FEWEST} members"
    return f"rank {it.rank}{f' of {teams}' if teams else ''} with {tenths(it.worth)} points"


def _at(span: Span, reach: Reach) -> Board:
    return Board(Scope.TEAMS, span, reach)


def _other(reach: Reach) -> Reach:
    return Reach.HERE if reach is Reach.WORKSPACE else Reach.WORKSPACE


def _where(span: Span, reach: Reach) -> str:
    return f"{SPANS[span]}{' · whole workspace' if reach is Reach.WORKSPACE else ''}"


def _lines(facts: TeamsRanked) -> list[Block]:
    """The best, and the asker's team with those around it: apart where others stand in between."""
    if not facts.top:
        return []
    leading = {each.total.team for each in facts.top}
    near = [each for each in facts.near if each.total.team not in leading]
    if len(near) < len(facts.near):
        return [_ranking((*facts.top, *near), facts.mine)]
    return [_ranking(facts.top, facts.mine), *((say("Around yours:"), _ranking(near, facts.mine)) if near else ())]


def _ranking(teams: "tuple[TeamStanding, ...] | list[TeamStanding]", mine: int | None) -> Ranking:
    return Ranking(
        tuple(
            Rank(
                each.rank or 0,
                name(each.total.name).text,
                f"{tenths(each.worth)} points",
                f"{each.total.lately} of {each.total.people} answered",
                me=each.total.team == mine,
            )
            for each in teams
        )
    )


def _unranked(facts: TeamsRanked) -> tuple[Prose, ...]:
    if not facts.unranked:
        return ()
    shown = [
        part
        for each in facts.unranked[:_UNRANKED]
        for part in (Text(", "), name(each.total.name), Text(f" ({each.total.people} of {FEWEST} members)"))
    ][1:]
    hidden = len(facts.unranked) - _UNRANKED
    return (say("Without a rank: ", *shown, f", and {hidden} more." if hidden > 0 else "."),)


def _about(facts: TeamsRanked) -> str:
    said = "Beside each team: how many of its n answered the last question" if facts.teams else "No team has a rank yet"
    if facts.span is Span.SEASON:
        season = facts.season
        said += f"; season {season.number}, {season.name}, ends on {season.last:%A} {season.last.day} {season.last:%B}"
    return f"{said}."


def why(facts: WhyRank | NotOnBoard | NotSetUp) -> Card:
    """The sum behind a team's worth."""
    match facts:
        case WhyRank():
            return _why(facts)
        case NotOnBoard(span, reach):
            words = say("That team is not on this board: nobody in it has scored in its days, or it is no more.")
            buttons = Buttons((Button("Board of teams", _at(span, reach)), MY_TEAM))
            return Card("Not on this board", (words, buttons), summary="That team is not on this board.")
        case NotSetUp():
            return not_set_up(facts)
        case _:
            assert_never(facts)


def _why(facts: WhyRank) -> Card:
    total, prior = facts.standing.total, PRIOR * facts.mean
    parts = [_part(part) for part in facts.parts[:_PARTS]]
    if rest := facts.parts[_PARTS:]:
        parts.append(fact(f"And {len(rest)} more", _points(sum(part.points for part in rest))))
    steps = (
        fact("Its people", _points(total.points)),
        fact(f"{PRIOR} × the mean", f"{PRIOR} × {facts.points} ÷ {facts.people} = {mixed(prior)}"),
        fact("Together", mixed(prior + total.points)),
        fact("Divided by", f"{PRIOR} + {total.people} = {PRIOR + total.people}"),
        fact("That is", f"{mixed(facts.standing.worth)}, shown as {tenths(facts.standing.worth)}"),
    )
    shown = name(total.name)
    heading = say("Team ", shown, f", {_where(facts.span, facts.reach)}: {stands(facts.standing, facts.teams)}.")
    blocks: tuple[Block, ...] = (
        heading,
        Facts(tuple(parts)),
        Facts(steps),
        Buttons((Button("Board of teams", _at(facts.span, facts.reach)), MY_TEAM)),
        note("What somebody scored for a team stays with it, and so do they in its number, when they leave. ", _WHO),
    )
    return Card("Why this rank?", blocks, summary="Why a team has its rank.")


_WHO = "Who is not yours to see is “someone”."


def _part(part: Part) -> Fact:
    who = name(part.name).text if part.name is not None else "someone"
    return fact(who, _points(part.points), "" if part.present else ", no longer in it")


def _points(number: int) -> str:
    return count(number, "point")
