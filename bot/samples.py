"""One of everything that people are shown, as long as it gets with the shipped bank: for `doctor --live` to try out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from bot.bank import Bank
from bot.cards import answering, helping, hinting, practice, privacy, revealing, setup, standings, trouble
from bot.cards.model import Card, Form
from bot.domain.grading import Verdict
from bot.domain.identity import Place, Workspace
from bot.domain.question import Kind, Question
from bot.domain.rounds import DrillState, PostingKind
from bot.domain.standings import Reach, Scope, Span, Standing, Total, season_of
from bot.domain.streaks import Streak
from bot.play.answering import Mine, Recorded
from bot.play.drill_settings import Settings
from bot.play.hinting import HintGiven
from bot.play.posting import OpenQuestion
from bot.play.practice import Compared, Explained, Hinted, Judged, ToPractise, ToWrite
from bot.play.privacy import MyData
from bot.play.revealing import MyResult, Revealed
from bot.play.setup import AskSettings, Ready
from bot.play.standings import MyNumbers, Ranked, TopicShare
from bot.play.trouble import Cause, Trouble
from bot.store.handing_out import Identity, Said

_OPENED = datetime(2026, 11, 23, 9, tzinfo=UTC)
_CLOSES = _OPENED + timedelta(days=1)
_ROUND, _ZONE = 2**31 - 1, "America/Argentina/Buenos_Aires"
_NAMES = ("Ada", "Grace", "Linus & Sons", "<Barbara>", "Margaret H.", "O'Brien", "Zoë", "李明", "Ольга", "@everyone")
_BOARD = tuple(
    Standing(place, Total(place, name, 990 - place, 90, 99, 40, 0), place + 1) for place, name in enumerate(_NAMES, 1)
)


def samples(bank: Bank) -> tuple[Card | Form, ...]:
    """The longest question of each kind and of those with a trace, all that is said of it, and every other card."""
    everything = bank.edition("")
    parted = [
        *([one for one in everything if one.kind is kind] for kind in Kind),
        [one for one in everything if one.trace],
    ]
    about = [says for part in parted if part for says in _about(max(part, key=_words))]
    return (
        *about,
        *_boards(bank),
        *_settings(bank),
        _data(),
        helping.home(),
        helping.helped(None),
        helping.apology("abc123"),
    )


def _words(question: Question) -> int:
    options = sum(len(option.text) + len(option.reason) for option in question.options)
    return options + sum(map(len, (question.stem, question.code, question.output, question.sql, question.explanation)))


def _about(question: Question) -> Iterator[Card | Form]:
    yield practice.practise(ToPractise(question, None, None))
    yield practice.explained(Explained(question))
    if question.kind is Kind.OPEN:
        yield practice.write(ToWrite(question))
        yield practice.compared(Compared(question, "In my own words: it `flushes`, and <then> it commits."))
        return
    shown = OpenQuestion(_ROUND, _OPENED.date(), question, _CLOSES, _ZONE)
    chosen = {option.letter: 9 for option in question.options}
    closed = Revealed(_ROUND, _OPENED.date(), _CLOSES, _ZONE, question, chosen, _BOARD[:3])
    yield answering.question(shown, answered=9)
    yield answering.answered(Recorded(shown, Mine(question.key, sure=True), None, may_reveal=False))
    yield practice.attempted(Judged(question, question.key, Fraction(1), None, None))
    yield revealing.closed(closed)
    yield revealing.reveal(closed)
    yield revealing.result(MyResult(closed, question.key, sure=True, verdict=Verdict.RIGHT, points=11))
    if question.hint:
        yield practice.hinted(Hinted(question, None, None))
        yield hinting.hinted(HintGiven(shown, Mine(question.key, sure=True), again=False))


def _boards(bank: Bank) -> Iterator[Card]:
    shares = tuple(TopicShare(slug, title, 1, 2) for slug, title in bank.topics.items())
    of_season, season = (Scope.PEOPLE, Span.SEASON, Reach.HERE), season_of(_OPENED.date())
    yield standings.board(Ranked(*of_season, _BOARD[:5], _BOARD[5:], _BOARD[7], 99, 42, season))
    yield standings.me(MyNumbers(990, 90, 99, 1, 99, Streak(20, 40, 2), shares))


def _data() -> Card:
    """What somebody is handed out who answered for a quarter of a year."""
    days = [_OPENED.date() + timedelta(days=ahead) for ahead in range(90)]
    said = (Said(_ROUND, "1", day, "sess-9999", 1, "ABCDE", sure=True, at=_OPENED) for day in days)
    me = Identity("here", "1", "The crew", "1", _NAMES[3], hidden=True, keeps=(), answers=tuple(said), scores=())
    return privacy.privacy_of(MyData(_OPENED, (me,), 2))


def _settings(bank: Bank) -> Iterator[Card | Form]:
    settings = Settings("09:00", _ZONE, "mon,tue,wed,thu,fri", ",".join(bank.topics), bank.versions[-1])
    next_at = tuple(_CLOSES + timedelta(days=ahead) for ahead in range(3))
    yield setup.set_up(AskSettings(settings, bank.versions, is_new=True), bank.topics)
    yield setup.set_up(Ready(settings, DrillState.ACTIVE, is_new=True, next_at=next_at, questions=99), bank.topics)
    where = Place(Workspace("here", "1"), "1")
    kind, cause = PostingKind.QUESTION, Cause.REFUSED
    yield trouble.told(Trouble(1, where, kind, cause, "no right", gave_up=False, next_at=_CLOSES, zone=_ZONE))
