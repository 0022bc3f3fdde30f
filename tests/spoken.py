"""Every kind of card the quiz itself can say, made by its own words from the largest facts there can be."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import partial

from bot.bank import load
from bot.cards import answering, asking, helping, home, keeping, practice, recap, revealing, setup, standings, trouble
from bot.cards.model import Card, Form
from bot.commands import Misread, Why
from bot.domain.grading import Verdict
from bot.domain.identity import Place, Workspace
from bot.domain.question import (
    CODE,
    EXPLANATION,
    FIX,
    HINT,
    LETTERS,
    OPTION,
    OUTPUT,
    POINT,
    REASON,
    SQL,
    STEM,
    TRACE,
    TWIN,
    WHOLE,
    Kind,
    Option,
    Question,
    Step,
)
from bot.domain.rounds import DrillState, PostingKind
from bot.domain.standings import Reach, Scope, Span, Standing, Total, season_of
from bot.domain.streaks import Streak
from bot.play.answering import Away, Mine, NoSuchOption, Recorded, TooLate
from bot.play.asked import NotSetUp
from bot.play.asking import Sample
from bot.play.deciding import DayIsOver, Decided, NothingToDecide
from bot.play.drill_settings import BadSetting, Settings
from bot.play.home import AtHome, OpenThere
from bot.play.keeping import KeptBy, NoSuchPerson
from bot.play.posting import OpenQuestion
from bot.play.practice import (
    Compared,
    Drafted,
    Explained,
    Hinted,
    Judged,
    NotAQuestion,
    NothingToPractise,
    StillOpen,
    ToPractise,
    ToWrite,
    UnknownQuestion,
)
from bot.play.recap import Crowned, MyDay, MyWeek, Recap, SurelyWrong, Tried
from bot.play.revealing import MyResult, NotYetRevealed, Revealed
from bot.play.setup import AskSettings, Ready
from bot.play.standings import Account, InPlace, MyNumbers, MyPlaces, MyWorkspaces, Ranked, TopicShare
from bot.play.today import OpenToday, Waiting
from bot.play.trouble import Cause, Trouble
from bot.store.scores import Kind as ScoreKind
from bot.store.scores import Share

ROUND = 2**31 - 1
DAY, CLOSES, ZONE = date(2026, 9, 30), datetime(2026, 10, 1, 9, tzinfo=UTC), "America/Argentina/ComodRivadavia"
HOSTILE = "\u202e@everyone *bold* `x` <!channel> <@U1> ||s||"


def prose(length: int) -> str:
    """Words with code among them, exactly so long."""
    words = "the session flushes `session.new` and __what__ is *dirty* before it runs "
    return (words * (length // len(words) + 1))[: length - 1] + "."


def program(length: int) -> str:
    """Code with everything that renderers trip over, exactly so long."""
    line = 's.add(User(name="<sandy> & `co`"))  # ``` *not* @everyone\n'
    return (line * (length // len(line) + 1))[: length - 1] + "x"


def largest(kind: Kind, *, traced: bool = False) -> Question:
    """A question of that kind with as much in every part as all of them together may have."""
    point = POINT if kind is Kind.OPEN else OPTION
    options = tuple(Option(letter, _option(kind, point), prose(REASON)) for letter in LETTERS)
    told = STEM + OUTPUT + EXPLANATION + len(LETTERS) * (point + REASON) + (TRACE if traced else SQL)
    fix = program(FIX) if kind is Kind.BUG else ""
    return Question(
        slug="sess-9999",
        revision="0123456789ab",
        kind=kind,
        level=4,
        topics=("transactions", "persistence", "versioning"),
        version="2.1",
        release="2.1.99",
        stem=prose(STEM),
        code=program(min(CODE, WHOLE - told - len(fix))),
        output=program(OUTPUT),
        sql=program(SQL),
        options=options,
        key={Kind.SEVERAL: "ABD", Kind.ORDER: "EDCBA", Kind.OPEN: "ABCDE"}.get(kind, "B"),
        explanation=prose(EXPLANATION),
        docs=tuple(f"https://docs.sqlalchemy.org/en/21/orm/session_basics.html#a-long-anchor-{n}" for n in range(2)),
        trace=(*(Step(("INSERT user_account",), "sandy", "persistent") for _ in range(6)), Step(("COMMIT",)))
        if traced
        else (),
        hint=prose(HINT),
        twin=program(TWIN),
        fix=fix,
        elsewhere=() if kind is Kind.OPEN else (("2.0", {Kind.SEVERAL: "ABCDE", Kind.ORDER: "ABCDE"}.get(kind, "A")),),
    )


def _option(kind: Kind, length: int) -> str:
    return f"line 2: `{'x' * (length - 10)}`" if kind is Kind.BUG else prose(length)


QUESTION = largest(Kind.OUTPUT)
OPEN = OpenQuestion(ROUND, DAY, QUESTION, CLOSES, ZONE)
STANDINGS = tuple(Standing(n, Total(n, HOSTILE + str(n), 99999 - n, 5000, 9999, 0, 0), 5000) for n in range(1, 51))
FAR = (STANDINGS[:5], STANDINGS[45:50], STANDINGS[47], 5000, 4999, season_of(DAY))
BOARD = Ranked(Scope.PEOPLE, Span.SEASON, Reach.WORKSPACE, *FAR)
SCORES = (ScoreKind(Verdict.PARTLY, sure=True, hinted=True, points=99, rounds=9999),) * 12
SCORES = (ScoreKind(Verdict.PARTLY, sure=True, hinted=True, points=99, rounds=9999),) * 12
REVEALED = Revealed(ROUND, DAY, CLOSES, ZONE, QUESTION, dict.fromkeys(LETTERS, 5000), STANDINGS[:5])
RECAP = Recap(
    2**31 - 1,
    DAY,
    DAY + timedelta(days=6),
    7,
    10**6,
    STANDINGS[:5],
    Tried(QUESTION, 10**6, 1),
    SurelyWrong(QUESTION, LETTERS[0], 10**5),
    10**6,
    Crowned(season_of(DAY), season_of(DAY), tuple(replace(each, rank=1) for each in STANDINGS[:3])),
)
MY_WEEK = MyWeek(
    DAY,
    DAY + timedelta(days=6),
    tuple(MyDay(DAY + timedelta(days=n), QUESTION, Verdict.PARTLY if n else None, 11) for n in range(7)),
    STANDINGS[0],
    10**6,
)
OFF = {"holidays": "US-CA", "skip": "2026-12-24..2027-01-01,2027-05-14", "window": "8h"}
SETTINGS = Settings("09:00", ZONE, "mon,wed,fri,sun", ",".join(load().topics), "2.1", **OFF)
READY = Ready(
    SETTINGS,
    DrillState.ACTIVE,
    is_new=True,
    next_at=tuple(CLOSES + timedelta(days=n) for n in range(3)),
    questions=1000,
)
TOPICS = tuple(TopicShare("states", "States and the map", 1, 999) for _ in range(13))
NUMBERS = MyNumbers(99999, 5000, 9999, 4999, 5000, Streak(999, 999, 2), TOPICS, DAY)
IN_PLACES = MyPlaces((InPlace("1100000000000000003", 99999, 5000, 9999, Streak(999, 999, 2)),) * 5, DAY)
THERE = OpenThere("1100000000000000003", OPEN, Mine("B", sure=True))
ALSO_OPEN = tuple(OpenThere(THERE.channel, replace(OPEN, round=ROUND - n), None) for n in range(1, 10))
WAITING = Waiting(DrillState.ACTIVE, CLOSES, ZONE, ROUND, HOSTILE * 5, keeps=True, may_post=True)
TROUBLE = Trouble(
    2**31 - 1,
    Place(Workspace("a platform", "1"), "1100000000000000003"),
    PostingKind.QUESTION,
    Cause.REFUSED,
    HOSTILE * 5,
    gave_up=False,
    next_at=CLOSES,
    zone=ZONE,
)


def cards_of(question: Question) -> Iterator[tuple[str, Callable[[], Card]]]:
    """Everything that is said of a question, from being asked to being explained."""
    part = {Kind.SEVERAL: "AC", Kind.ORDER: "CBA", Kind.OPEN: "2"}.get(question.kind, "A")
    judged = Judged(question, part, Fraction(1, 3), "transactions", 4)
    yield "to practise", partial(practice.practise, ToPractise(question, "transactions", 4))
    yield "hinted", partial(practice.hinted, Hinted(question, "transactions", 4))
    yield "judged", partial(practice.attempted, judged)
    yield "explained", partial(practice.explained, Explained(question))
    yield "with AsyncSession", partial(practice.explained, Explained(question), twin=True)
    if question.kind is Kind.OPEN:
        yield "compared", partial(practice.compared, Compared(question, HOSTILE * 99))
    else:
        yield from _in_a_round(question, part)
    if question.kind in {Kind.SEVERAL, Kind.ORDER}:
        yield "drafted", partial(practice.attempted, Drafted(question, part, "transactions", 4))


def _in_a_round(question: Question, part: str) -> Iterator[tuple[str, Callable[[], Card]]]:
    asked, closed = replace(OPEN, question=question), replace(REVEALED, question=question, choices={part: 5000})
    recorded = Recorded(asked, Mine(part, sure=True), Mine("B", sure=False), may_reveal=True)
    mine = MyResult(closed, part, sure=True, verdict=Verdict.PARTLY, points=5)
    yield "asked", partial(answering.question, asked)
    yield "asked and counted", partial(answering.question, asked, 5000)
    yield "recorded", partial(answering.answered, recorded)
    yield "closed", partial(revealing.closed, closed)
    yield "revealed", partial(revealing.reveal, closed)
    yield "result", partial(revealing.result, mine)


def _of_each_kind() -> Iterator[tuple[str, Callable[[], Card]]]:
    """What is said of the largest question of each kind."""
    for kind in Kind:
        for name, card in cards_of(largest(kind)):
            yield f"{kind}, {name}", card
    yield "traced", partial(revealing.reveal, replace(REVEALED, question=largest(Kind.CHOICE, traced=True)))


CARDS: dict[str, Callable[[], Card]] = dict(_of_each_kind()) | {
    "open question": lambda: answering.question(OPEN),
    "question for a group": lambda: answering.question(replace(OPEN, ping="1" * 19)),
    "recorded": lambda: answering.answered(
        Recorded(OPEN, Mine("A", sure=True), Mine("B", sure=False), may_reveal=True)
    ),
    "too late": lambda: answering.answered(TooLate(ROUND, DAY, QUESTION, Mine("A", sure=True))),
    "no such option": lambda: answering.answered(NoSuchOption(HOSTILE, QUESTION)),
    "crowded": lambda: answering.answered(None),
    "removed": lambda: answering.answered(Away()),
    "today": lambda: answering.today(OpenToday(OPEN, Mine("A", sure=True), may_reveal=True)),
    "waiting": lambda: answering.today(WAITING),
    "closed": lambda: revealing.closed(REVEALED),
    "revealed": lambda: revealing.reveal(REVEALED),
    "result": lambda: revealing.result(MyResult(REVEALED, "A", sure=True, verdict=Verdict.WRONG, points=0)),
    "not yet": lambda: revealing.result(NotYetRevealed(CLOSES)),
    "practice": lambda: practice.practise(ToPractise(QUESTION, "transactions", 4)),
    "no practice": lambda: practice.practise(NothingToPractise(HOSTILE * 9, 4, known=False, near=tuple(load().topics))),
    "judged": lambda: practice.attempted(Judged(QUESTION, "A", Fraction(0), "transactions", 4)),
    "explained": lambda: practice.explained(Explained(QUESTION)),
    "still open": lambda: practice.explained(StillOpen(QUESTION)),
    "no question": lambda: practice.explained(UnknownQuestion(HOSTILE * 9, ("sess-0001", "sess-0002"))),
    "the board": lambda: standings.board(BOARD),
    "the board without a gap": lambda: standings.board(replace(BOARD, near=STANDINGS[3:8], mine=STANDINGS[5])),
    "why this rank": lambda: standings.account(Account(BOARD, SCORES, dict.fromkeys(range(1, 6), 9999))),
    "no rank": lambda: standings.account(Account(replace(BOARD, mine=None), (), {})),
    "numbers": lambda: standings.me(NUMBERS),
    "ready": lambda: _card(setup.set_up(READY, load().topics)),
    "not in the channel": lambda: _card(
        setup.set_up(replace(READY, invite="/invite @a-quiz-of-some-name"), load().topics)
    ),
    "not allowed to post": lambda: _card(setup.set_up(replace(READY, lacks=("View Channel", "x" * 30)), load().topics)),
    "paused": lambda: setup.changed(replace(READY, state=DrillState.PAUSED, paused_to=DAY)),
    "preview": lambda: asking.preview(Sample(largest(Kind.SEVERAL), "1" * 19, ("View Channel", "Send Messages"))),
    "keepers": lambda: keeping.keepers(KeptBy((HOSTILE,) * 30)),
    "nobody of that name": lambda: keeping.keepers(NoSuchPerson(HOSTILE * 9)),
    "numbers everywhere": lambda: standings.me(MyWorkspaces((Share(HOSTILE * 9, 10**6, 10**5, 10**5),) * 20)),
    "no message of ours": lambda: practice.explained(NotAQuestion()),
    "only in channels": helping.only_in_channels,
    "ready, with threads": lambda: _card(
        setup.set_up(replace(READY, settings=replace(SETTINGS, discussion="on")), load().topics)
    ),
    "bad setting": lambda: _card(setup.set_up(BadSetting("zone", HOSTILE * 9, ("Europe/Berlin",)), load().topics)),
    "home": helping.home,
    "at home": lambda: home.at_home(AtHome((THERE, *ALSO_OPEN), IN_PLACES, is_used=True)),
    "at home, nothing open": lambda: home.at_home(AtHome((), MyPlaces(()), is_used=True)),
    "at home, nothing set up": lambda: home.at_home(AtHome((), MyPlaces(()), is_used=False)),
    "at home in no workspace": lambda: home.at_home(MyWorkspaces((Share(HOSTILE * 9, 10**6, 10**5, 10**5),) * 20)),
    "a way home": lambda: home.with_way_home(helping.only_in_channels()),
    "numbers in channels": lambda: standings.me(IN_PLACES),
    "help": lambda: helping.helped(None),
    "one word": lambda: helping.helped("board"),
    "misread": lambda: helping.misread(Misread(HOSTILE * 9, Why.WORD, near=("board", "today"))),
    "not set up": lambda: helping.not_set_up(NotSetUp(may_set_up=True)),
    "refused": lambda: trouble.told(TROUBLE),
    "given up": lambda: trouble.told(replace(TROUBLE, gave_up=True, next_at=None)),
    "may be missing": lambda: trouble.told(replace(TROUBLE, cause=Cause.UNKNOWN, kind=PostingKind.REVEAL)),
    "it is there": lambda: trouble.decided(Decided(PostingKind.QUESTION, stands=True)),
    "once more": lambda: trouble.decided(Decided(PostingKind.REVEAL, stands=False)),
    "nothing to decide": lambda: trouble.decided(NothingToDecide()),
    "its day is over": lambda: trouble.decided(DayIsOver()),
    "recap": lambda: recap.recap(RECAP),
    "recap without errors": lambda: recap.recap(replace(RECAP, hardest=None, error=None, crowned=None)),
    "my week": lambda: recap.my_week(MY_WEEK),
    "my week, sat out": lambda: recap.my_week(replace(MY_WEEK, mine=None)),
    "nothing to ask": lambda: trouble.told(replace(TROUBLE, cause=Cause.NO_QUESTION)),
    "apology": lambda: helping.apology("abc123"),
}


def settings_form() -> Form:
    """The form that asks for a drill's settings."""
    form = setup.set_up(AskSettings(SETTINGS, ("2.0", "2.1"), is_new=True), load().topics)
    assert isinstance(form, Form)
    return form


def writing_form() -> Form:
    """The form that asks for an answer in one's own words."""
    form = practice.write(ToWrite(largest(Kind.OPEN)))
    assert isinstance(form, Form)
    return form


def _card(says: Card | Form) -> Card:
    assert isinstance(says, Card)
    return says
