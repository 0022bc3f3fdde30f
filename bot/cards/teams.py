"""Teams in words: one's own, those that there are, and what became of a wish."""

from typing import assert_never

from bot.cards import team_changes
from bot.cards.model import Block, Button, Buttons, Card, Code, Facts, Prose, Strong, Text, Tone, fact, note, say
from bot.cards.phrases import HOME, count, name
from bot.cards.team_boards import MY_TEAM, SEASON_BOARD, stands, why_button
from bot.commands import Team
from bot.domain.standings import Reach, Span
from bot.domain.teams import LONGEST, SHORTEST, TeamDo
from bot.grammar import NAME
from bot.play.team_asking import AlreadyIn, BadName, NameTaken, NoSuchTeam, NotInTeam, NotYours, Unsaid
from bot.play.teams import Disbanded, Disbanding, Invitation, News, NoTeam, OneTeam, TeamFacts
from bot.store.teams import Sized

_SHOWN = 60  # characters of what somebody said that are said back
_NAMES = 30  # members named
_TITLES = {
    News.NONE: "Team {}",
    News.CREATED: "Team {} is there",
    News.JOINED: "You are in team {}",
    News.RENAMED: "The team is called {} now",
}
_MEMBERS = ("member", "members")


def team(facts: TeamFacts) -> Card:
    """What became of what was asked with a team."""
    match facts:
        case OneTeam():
            return _one(facts)
        case NoTeam():
            return _none(facts)
        case Disbanding() | Disbanded():
            return _disbanding(facts)
        case Invitation():
            return _invitation(facts)
        case AlreadyIn() | NameTaken() | NotInTeam() | NotYours() | NoSuchTeam() | BadName() | Unsaid():
            return _refused(facts)
        case _:
            return team_changes.changed(facts)


def _one(facts: OneTeam) -> Card:
    shown = name(facts.name).text
    pairs = [fact("Members", *_members(facts)), fact("This season", stands(facts.standing))]
    buttons = [SEASON_BOARD]
    if facts.standing is not None:
        buttons.append(why_button(facts.id, Span.SEASON, Reach.WORKSPACE))
    if facts.names is None:
        buttons.append(_join(Sized(facts.id, facts.name, facts.members)))
    else:
        buttons += [Button("Invite", Team(TeamDo.INVITE)), Button("Leave", Team(TeamDo.LEAVE))]
    blocks: list[Block] = [Facts(tuple(pairs)), Buttons(tuple(buttons))]
    if facts.may_change and facts.names is not None:
        blocks.append(note(f"Yours to change: `/{NAME} team rename` with a new name, or `/{NAME} team disband`."))
    tone = Tone.NEUTRAL if facts.news is News.NONE else Tone.GOOD
    title = _TITLES[facts.news].format(shown)
    return Card(title, tuple(blocks), summary="A team.", tone=tone)


def _members(facts: OneTeam) -> list[str | Text]:
    if facts.names is None:
        return [str(facts.members)]
    names = [part for each in facts.names[:_NAMES] for part in (Text(", "), name(each))][1:]
    hidden = len(facts.names) - _NAMES
    return [f"{facts.members}: ", *names, f" and {hidden} more" if hidden > 0 else ""]


def _none(facts: NoTeam) -> Card:
    title, blocks = "You are in no team", list[Block]()
    if facts.left is not None:
        title = "You have left your team"
        blocks.append(say("What you scored for ", Strong(name(facts.left).text), " stays with it, and with you."))
    if facts.there:
        blocks.append(say("One can be in one team, anywhere in this workspace. These can be joined:"))
        blocks.append(Facts(tuple(fact(name(each.name).text, count(each.members, *_MEMBERS)) for each in facts.there)))
        blocks.append(Buttons((*map(_join, facts.there), SEASON_BOARD)))
    else:
        blocks.append(say("Nobody here is in a team: yours can be the first."))
        blocks.append(Buttons((HOME,)))
    blocks.append(note(f"To make one: `/{NAME} team create Night Owls`."))
    return Card(title, tuple(blocks), summary=f"{title}.")


def _join(each: Sized) -> Button:
    return Button(f"Join {name(each.name).text}"[:34], Team(TeamDo.JOIN, team=each.id))


def _disbanding(facts: Disbanding | Disbanded) -> Card:
    if isinstance(facts, Disbanded):
        words = say("Team ", Strong(name(facts.name).text), " is no more. Everybody in it keeps all their points.")
        return Card("Disbanded", (words, Buttons((MY_TEAM, SEASON_BOARD))), summary="A team is no more.")
    each = facts.team
    words = say("Team ", Strong(name(each.name).text), f" has {count(each.members, *_MEMBERS)}. ", _NO_WAY_BACK)
    confirm = Button("Disband it", Team(TeamDo.DISBAND, team=each.id, seen=each.id), primary=True)
    return Card("Disband this team?", (words, Buttons((confirm, MY_TEAM))), summary="Nothing is done yet.")


_NO_WAY_BACK = "Its people keep all their points; it is gone from every board, and cannot be brought back."


def _invitation(facts: Invitation) -> Card:
    shown = name(facts.team).text
    if facts.is_in and facts.person is not None:
        words = say(name(facts.person), " is in team ", Strong(shown), " already.")
        return Card("Already in it", (words, Buttons((MY_TEAM,))), summary="They are in it already.")
    who = name(facts.person) if facts.person is not None else Text("Whoever is to join")
    words = say(who, " says this line, in any channel that has me:")
    line = Code(f"/{NAME} team do:join name:{shown}", "text", "To send them")
    how = note(f"Or `/{NAME} team`, and the button that joins it. Everybody of this workspace may.")
    return Card("An invitation", (words, line, Buttons((MY_TEAM,)), how), summary="How to join your team.")


def _refused(facts: AlreadyIn | NameTaken | NotInTeam | NotYours | NoSuchTeam | BadName | Unsaid) -> Card:
    """Why nothing was done, and the way on."""
    buttons: tuple[Button, ...] = (MY_TEAM, SEASON_BOARD)
    match facts:
        case AlreadyIn(_, taken, is_same):
            first = say("You are in team ", Strong(name(taken).text), " already.")
            words = first if is_same else Prose((*first.spans, Text(" One can be in one at a time: leave it first.")))
            buttons = (Button("Leave it", Team(TeamDo.LEAVE)), *buttons)
        case NameTaken(team, taken):
            words = say("There is a team ", Strong(name(taken).text), " already. Join it, or choose another name.")
            buttons = (_join(Sized(team, taken, 0)), *buttons)
        case NotInTeam():
            words = say(f"You are in no team. `/{NAME} team` shows those that there are.")
        case NotYours(whose):
            words = say("Only whoever has been in team ", Strong(name(whose).text), " longest, or keeps the quiz, may.")
        case NoSuchTeam(said, near):
            heard = (" called ", _said(said)) if said is not None else ()
            words = say("There is no team", *heard, f" here{'. Did you mean one of these?' if near and said else '.'}")
            buttons = (*map(_join, near), *buttons)
        case BadName(said):
            words = say(_said(said), f" cannot be the name of a team: it has {SHORTEST} to {LONGEST} characters.")
        case Unsaid(do):
            words = say(_UNSAID[do])
        case _:
            assert_never(facts)
    return Card("Nothing was changed", (words, Buttons(buttons)), summary="Nothing was changed.", tone=Tone.BAD)


_EXAMPLES = {
    TeamDo.ASSIGN: "team assign Night Owls person:@ada",
    TeamDo.DRAFT: "team draft 4",
}
_NEEDS = {TeamDo.ASSIGN: "a person and the name of a team", TeamDo.DRAFT: "how many teams"}
_UNSAID = {
    do: f"That needs {_NEEDS.get(do, 'the name of a team')}: `/{NAME} {_EXAMPLES.get(do, f'team {do} Night Owls')}`."
    for do in TeamDo
}


def _said(said: str) -> Text:
    return Text(f"“{said[:_SHOWN]}”")
