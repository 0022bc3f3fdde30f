"""What keepers do with teams, in words: who was put where, and what a draft makes."""

from typing import assert_never

from bot.cards.helping import not_allowed
from bot.cards.model import Block, Button, Buttons, Card, Fact, Facts, Strong, Text, Tone, fact, note, say
from bot.cards.phrases import count, name
from bot.cards.team_boards import MY_TEAM, SEASON_BOARD
from bot.commands import Team
from bot.domain.teams import FEWEST, TeamDo
from bot.grammar import NAME
from bot.play.drafting import MOST, Assigned, BadNumber, Draft, Drafted, Drawn, TooFew
from bot.play.keeping import NoSuchPerson
from bot.play.team_asking import KeepersOnly

_SHOWN = 60  # characters of what somebody said that are said back
_NAMES = 30  # people named, of all teams together, and at least two of each


def changed(facts: Assigned | BadNumber | Draft | Drafted | KeepersOnly | NoSuchPerson | TooFew) -> Card:
    """What became of a keeper's wish."""
    match facts:
        case Assigned(person, team, was_in):
            words = say(name(person), " is in team ", Strong(name(team).text), " already." if was_in else " now.")
            kept = note("What they scored for another team stays there.")
            return Card("Assigned", (words, Buttons((SEASON_BOARD, MY_TEAM)), kept), summary="Somebody has a team.")
        case Draft():
            return _draft(facts)
        case Drafted(teams, people):
            words = say(f"{count(people, 'person is', 'people are')} in {count(teams, 'new team')}. ", _RENAME)
            buttons = Buttons((SEASON_BOARD, MY_TEAM))
            return Card("The teams are drawn", (words, buttons), summary="The teams are drawn.", tone=Tone.GOOD)
        case BadNumber(said):
            words = say("I cannot read ", Text(f"“{said[:_SHOWN]}”"), f" as a number of teams from 2 to {MOST}.")
            return _nothing((words, say(f"For example `/{NAME} team draft 4`.")))
        case TooFew(people, teams):
            words = say(f"{count(people, 'person', 'people')} in no team played this season or the last.")
            need = say(f"{count(teams, 'team')} with a rank take {FEWEST * teams}: {FEWEST} in each.")
            return _nothing((words, need))
        case NoSuchPerson(said):
            return _nothing(
                (say("I cannot read ", Text(f"“{said[:_SHOWN]}”"), " as a person: pick one from the list."),)
            )
        case KeepersOnly():
            return not_allowed("put others into teams")
        case _:
            assert_never(facts)


_RENAME = f"Whoever is in one may leave it, and whoever has been in it longest may say `/{NAME} team rename`."


def _nothing(blocks: tuple[Block, ...]) -> Card:
    return Card("Nothing was changed", (*blocks, Buttons((MY_TEAM,))), summary="Nothing was changed.", tone=Tone.BAD)


def _draft(facts: Draft) -> Card:
    confirm = Team(TeamDo.DRAFT, str(len(facts.teams)), seen=facts.seen)
    people = sum(len(each.people) for each in facts.teams)
    words = say(
        f"{count(people, 'person has', 'people have')} played this season or the last and are in no team. The "
        "strongest of last season come first, each turn the other way round. Nothing is done yet."
    )
    named = max(2, _NAMES // len(facts.teams))
    blocks = (
        words,
        Facts(tuple(_drawn(each, named) for each in facts.teams)),
        Buttons((Button("Draw them so", confirm, primary=True), MY_TEAM)),
    )
    return Card("A draft of teams", blocks, summary="A draft of teams.")


def _drawn(team: Drawn, named: int) -> Fact:
    names = [part for pick in team.people[:named] for part in (Text(", "), name(pick.name))][1:]
    hidden = len(team.people) - named
    more = f" and {hidden} more" if hidden > 0 else ""
    return fact(team.name, *names, f"{more}; {count(team.points, 'point')} last season")
