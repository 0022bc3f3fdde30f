"""Boards and personal numbers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import assert_never

from bot.cards.away import AWAY, BACK, RULE, away_until, run
from bot.cards.helping import not_set_up
from bot.cards.linking import there
from bot.cards.model import Block, Button, Buttons, Card, Channel, Fact, Facts, Prose, fact, note, say
from bot.cards.phrases import BOARD, ME, PRACTISE, TODAY, count, name, ranking, upper_first
from bot.commands import Account, Board, Practice
from bot.domain.grading import Verdict
from bot.domain.standings import Reach, Scope, Span
from bot.play.asked import NotSetUp
from bot.play.standings import Account as MyAccount
from bot.play.standings import MyNumbers, MyPlaces, MyWorkspaces, Ranked, TopicShare
from bot.store.links import Linked
from bot.store.scores import Kind, Share

SPANS = {Span.DAY: "last question", Span.WEEK: "this week", Span.SEASON: "this season", Span.ALL: "all time"}
_VERDICTS = {Verdict.RIGHT: "Right", Verdict.PARTLY: "Partly right", Verdict.WRONG: "Wrong"}
_SHOWN_TOPICS = 5
_SHOWN_WORKSPACES = 15


def board(facts: Ranked | NotSetUp) -> Card:
    """Who leads here."""
    match facts:
        case Ranked():
            return _board(facts)
        case NotSetUp():
            return not_set_up(facts)
        case _:
            assert_never(facts)


def _board(facts: Ranked) -> Card:
    whole = facts.reach is Reach.WORKSPACE
    title = f"Board · {facts.scope} · {SPANS[facts.span]}{' · whole workspace' if whole else ''}"
    spans = [span for span in Span if span is not facts.span]
    others = tuple(Button(SPANS[span].capitalize(), Board(facts.scope, span, facts.reach)) for span in spans)
    if not facts.top:
        words = say(f"Nobody is on the board of {SPANS[facts.span]} yet: points are given when a question closes.")
        return Card(title, (words, Buttons((TODAY, *others))), summary="Nobody is on this board yet.")
    reach = Reach.HERE if whole else Reach.WORKSPACE
    wider = Button("This channel" if whole else "Whole workspace", Board(facts.scope, facts.span, reach))
    why = Button("Why this rank?", Account(facts.span, facts.reach))
    teams = Button("Teams", Board(Scope.TEAMS, facts.span, facts.reach))
    blocks = [*_lines(facts), Buttons((*others, wider, teams, why if facts.mine else PRACTISE)), note(_about(facts))]
    return Card(title, tuple(blocks), summary=f"Who leads {SPANS[facts.span]}.")


def _lines(facts: Ranked) -> list[Block]:
    """The best, and the asker with those around them: apart where others stand in between."""
    me = facts.mine.total.person if facts.mine else None
    leading = {each.total.person for each in facts.top}
    near = [each for each in facts.near if each.total.person not in leading]
    if len(near) < len(facts.near) or (near and near[0].rank == len(facts.top) + 1):
        return [ranking((*facts.top, *near), me)]
    return [ranking(facts.top, me), *((say("Around you:"), ranking(near, me)) if near else ())]


def _about(facts: Ranked) -> str:
    """Who is on a board, and how it is made."""
    said = [f"{count(facts.people, 'person', 'people')} on this board"]
    if facts.lately and facts.span is not Span.DAY:
        said.append(f"{facts.lately} of them answered the last question")
    if facts.span is Span.SEASON:
        season = facts.season
        said.append(
            f"season {season.number}, {season.name}, ends on {season.last:%A} {season.last.day} {season.last:%B}"
        )
    ties = "Ties: more right, then harder questions right, then fewer hints, then a shared rank."
    whole = " It counts every channel with a daily question." if facts.reach is Reach.WORKSPACE else ""
    whole = " It counts every channel of both workspaces that are linked." if facts.is_linked else whole
    return f"{upper_first('; '.join(said))}.{whole} {ties}"


def account(facts: MyAccount | NotSetUp) -> Card:
    """Why one has one's rank: what the total is made of, to the point."""
    if isinstance(facts, NotSetUp):
        return not_set_up(facts)
    mine, board = facts.board.mine, facts.board
    back = Button("The board", Board(board.scope, board.span, board.reach))
    if mine is None:
        words = say("You are not on this board yet: points are given when a question that you answered closes.")
        return Card("Why this rank?", (words, Buttons((TODAY, back))), summary="You are not on this board yet.")
    lines = [fact(_kind(each), f"{each.rounds} × {each.points} = {each.rounds * each.points}") for each in facts.kinds]
    above = count(mine.rank - 1, "person stands", "people stand") if mine.rank > 1 else "nobody stands"
    levels = " + ".join(f"{number} × {level}" for level, number in facts.levels.items())
    hardness = f"{levels} = {mine.total.hardness}" if levels else "0"
    total = fact("Total", f"{count(mine.total.points, 'point')} of {count(mine.total.rounds, 'question')}")
    blocks = (
        Facts((*lines, total)),
        say(f"Rank **{mine.rank}** of {board.people}: {above} above you, and whoever is equal shares the rank."),
        say(
            f"Equals in points are told apart by how many were right ({mine.total.right}), by the levels of those "
            f"added up ({hardness}), and by fewer hints ({mine.total.hints})."
        ),
        Buttons((back, ME)),
        note(f"{SPANS[board.span].capitalize()}{', the whole workspace' if board.reach is Reach.WORKSPACE else ''}."),
    )
    return Card("Why this rank?", blocks, summary="What your total is made of.")


def _kind(each: Kind) -> str:
    """A kind of score in words: `Right and sure, with the hint`."""
    sure, hint = " and sure" if each.sure else "", ", with the hint" if each.hinted else ""
    return f"{_VERDICTS[each.verdict]}{sure}{hint}"


def me(facts: MyNumbers | MyPlaces | MyWorkspaces | NotSetUp, linked: Linked | None = None) -> Card:
    """One's own numbers, and where one is the same player."""
    card = _numbers(facts)
    if linked is None:
        return card
    first, *rest = card.blocks
    return replace(card, blocks=(first, say("You are one player with who you are in ", there(linked), "."), *rest))


def _numbers(facts: MyNumbers | MyPlaces | MyWorkspaces | NotSetUp) -> Card:
    match facts:
        case MyNumbers(rounds=0, streak=run) if not run.longest:
            return Card(
                "Your numbers",
                (
                    say("You have not answered a question here yet. Your first one starts your streak."),
                    *away_until(facts.back),
                    Buttons((TODAY, PRACTISE)),
                ),
                summary="You have not answered yet.",
            )
        case MyNumbers():
            return _me(facts)
        case MyPlaces(places):
            return _in_channels(facts) if places else _nothing_yet(facts.back)
        case MyWorkspaces(shares):
            return _everywhere(shares) if shares else _nothing_yet(None)
        case NotSetUp():
            return not_set_up(facts)
        case _:
            assert_never(facts)


def _me(facts: MyNumbers) -> Card:
    where = f"{facts.rank} of {facts.people}" if facts.rank else "from the first close on"
    pairs = (
        fact("Streak", run(facts.streak)),
        fact("Points", f"{facts.points} in {count(facts.rounds, 'closed round')}"),
        fact("Right", f"{facts.right} of {facts.rounds}"),
        fact("Rank", f"{where}, all time"),
        *([fact("Hints", f"had for {count(facts.hints, 'question')}")] if facts.hints else []),
        *(fact(share.title, f"{share.right} of {share.rounds} right") for share in facts.topics[:_SHOWN_TOPICS]),
    )
    weakest = facts.topics[0] if facts.topics and facts.topics[0].right < facts.topics[0].rounds else None
    buttons = Buttons((_train(weakest), BOARD, BACK if facts.back else AWAY))
    blocks: tuple[Block, ...] = (Facts(pairs), *away_until(facts.back), buttons, note(RULE))
    return Card("Your numbers", blocks, summary="Your numbers.")


def _nothing_yet(back: date | None) -> Card:
    return Card(
        "Your numbers",
        (
            say("No question that you answered has closed yet. Practice works here, right now."),
            *away_until(back),
            Buttons((PRACTISE,)),
        ),
        summary="You have no numbers yet.",
    )


def _everywhere(shares: Sequence[Share]) -> Card:
    hidden = len(shares) - _SHOWN_WORKSPACES
    more = note(f"And {count(hidden, 'more')}." if hidden > 0 else "Streak and rank: say it in the channel itself.")
    blocks = (Facts(in_workspaces(shares)), more, Buttons((PRACTISE,)))
    return Card("Your numbers, everywhere", blocks, summary="Your numbers.")


def in_workspaces(shares: Sequence[Share]) -> tuple[Fact, ...]:
    """What one adds up to in each workspace."""
    return tuple(
        fact(name(share.workspace).text, f"{count(share.points, 'point')}, {share.right} of {share.rounds} right")
        for share in shares[:_SHOWN_WORKSPACES]
    )


def _in_channels(facts: MyPlaces) -> Card:
    more = note(f"Rank and topics: say it in the channel itself. {RULE}")
    return Card("Your numbers", (*in_places(facts), more, Buttons((PRACTISE,))), summary="Your numbers.")


def in_places(facts: MyPlaces) -> tuple[Prose, ...]:
    """What one adds up to in each channel, with one's streak there, and that one is away."""
    lines = (
        say(
            Channel(place.channel),
            f": streak {run(place.streak)} · {count(place.points, 'point')} · {place.right} of {place.rounds} right",
        )
        for place in facts.places
    )
    return (*lines, *away_until(facts.back))


def _train(weakest: TopicShare | None) -> Button:
    return Button("Practise my weakest topic", Practice(weakest.slug), primary=True) if weakest else PRACTISE
