"""One simulated day: a question, its closing, its reveal, perhaps a correction, in rows written whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from bot.domain import sending
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.domain.sending import PATIENCE, Progress, Void
from tests.simulation.channel import Channel, Key, Message
from tests.simulation.clock import Clock
from tests.simulation.rules import Rules

START: Final = datetime(2026, 11, 23, tzinfo=UTC)
DUE, CLOSES = 60.0, 1500.0  # seconds after the start of the day
STORM = 2400.0  # seconds for which processes die and platforms fail
QUIET = STORM + 2000.0  # seconds after which nothing comes from outside any more
QUESTION, CLOSING, REVEAL = (PostingKind.QUESTION, 0), (PostingKind.CLOSING, 0), (PostingKind.REVEAL, 0)
CORRECTION = (PostingKind.CORRECTION, 0)
END = 12 * 3600.0  # seconds after which what is not settled never will be
UNSETTLED = (PostingState.DUE, PostingState.SENDING)
_SETTINGS: Final = (("discord", True), ("slack", True), ("slack", False), ("discord", True), ("slack", True))


class DownError(Exception):
    """The database is away."""


@dataclass(slots=True)
class Tally:
    """What one day came to, or many: see `python -m tests.simulation`."""

    seeds: int = 0
    kills: int = 0
    postings: int = 0
    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    copies: int = 0
    violations: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count another's days, too."""
        self.seeds += other.seeds
        self.kills += other.kills
        self.postings += other.postings
        self.lost += other.lost
        self.doubled += other.doubled
        self.stuck += other.stuck
        self.copies += other.copies
        self.violations += other.violations


class Day:
    """The rows, the round and the channel of one place. The seed decides everything that happens."""

    def __init__(self, seed: int, rules: Rules, tell: Callable[[str], None] | None = None) -> None:
        self.seed, self.rules = seed, rules
        self.dice = Random(seed)  # noqa: S311  # to be thrown again exactly so
        self.clock = Clock()
        self.tally = Tally(seeds=1)
        self.rows: dict[Key, Progress] = {}
        self.round = RoundState.PLANNED
        self.closes = CLOSES
        self.decided = 0  # how often a keeper ruled on the key
        self.wanted = False  # whether a keeper asked for a message that stood already
        self.heard: set[Key] = set()  # of which a sender has said that they stand
        self._tell = tell
        dice = self.dice
        platform, readable = dice.choice(_SETTINGS)
        self.channel = Channel(platform, readable, dice.choice((0.1, 0.5, 1.0)), dice, self.clock, self._posted)
        barred = dice.uniform(DUE, CLOSES) if dice.random() < 0.3 else STORM
        self.channel.barred = barred, min(barred + dice.uniform(60, 900), STORM)
        self.deadly = dice.choice((0.0, 0.02, 0.1, 0.25))  # how often a process dies at a step
        self.sleepy = dice.choice((0.0, 0.05, 0.15))  # how often it stands still for minutes
        self.together = dice.random() < 0.5  # whether all processes tick at the same moments
        self.spellbound = dice.choice((0.0, 0.0, 0.3))  # and between its last check and its call, where none can help
        down = dice.uniform(0, STORM) if dice.random() < 0.4 else STORM
        self._down = down, down + dice.uniform(5, 90)
        self.clock.after(STORM, self._calm_down)

    def moment(self, skew: float = 0.0) -> datetime:
        """What time it is, by a clock that is wrong by some seconds."""
        return START + timedelta(seconds=self.clock.time + skew)

    @property
    def calm(self) -> bool:
        """Whether nothing goes wrong any more."""
        return self.channel.calm

    def say(self, what: str) -> None:
        """A line of the trace."""
        if self._tell:
            self._tell(f"{self.clock.time:9.2f}  {what}")

    def violate(self, what: str) -> None:
        """Something happened that must not."""
        self.say(f"VIOLATION: {what}")
        self.tally.violations.append((self.seed, what))

    def plan(self, key: Key, due_at: datetime) -> None:
        """Write a posting down, unless it is. Two of one kind are what the unique key forbids."""
        self.rows.setdefault(key, Progress(key[0], due_at))

    def write(self, who: str, key: Key, it: Progress | Void, attempt: int | None = None) -> None:
        """Write a row, and what follows from it, in one transaction. Raises `DownError` where that fails; as real ones
        do, it may have been written all the same.
        """
        if isinstance(it, Void):
            self.say(f"{who}: {key[0]}: {it}")
            return
        away = self._down[0] <= self.clock.time < self._down[1]
        if away and self.dice.random() > 0.1:
            self.say(f"{who}: the database is away")
            raise DownError
        before, self.rows[key] = self.rows[key], it
        self.say(f"{who}: {key[0]} {before.state} → {it.state}, attempt {it.attempt} {it.trouble or ''}")
        if attempt is not None and attempt != before.attempt and not (it.state is PostingState.SENT or it.edits):
            self.violate(f"attempt {attempt} of the {key[0]} said {it.state} although {before.attempt} had taken over")
        is_lost = it.state is PostingState.FAILED and not it.edits
        if is_lost and not all(message.excused for message in self.channel.standing(key)):
            self.violate(f"the {key[0]} counts as failed, and stands")
        if before.state is not it.state:
            self._follow(key, it)
        if away:
            raise DownError

    def _follow(self, key: Key, it: Progress) -> None:
        """As `bot.play.outcome` does."""
        if it.state is PostingState.SENT and key[0] is PostingKind.QUESTION and self.round is RoundState.PLANNED:
            self.round, self.closes = RoundState.OPEN, max(CLOSES, self.clock.time + 300)
        elif key == REVEAL and it.state is PostingState.SENT and not self.decided and self.dice.random() < 0.5:
            self.clock.after(self.dice.uniform(1, 120), self._rule)
        elif it.state in (PostingState.HELD, PostingState.FAILED) and self.dice.random() < 0.8:
            self.clock.after(self.dice.uniform(60, 900), lambda: self._decide(key))

    def _rule(self) -> None:
        """A keeper rules on the key, perhaps again and again: see `bot.play.ruling`."""
        before = self.rows.get(CORRECTION)
        if before is None:
            self.plan(CORRECTION, self.moment())
            self.decided += 1
        else:
            it = self.rules.renewed(before, self.moment())
            self._outside("keeper", CORRECTION, it)
            if self.rows[CORRECTION] is it:
                self.decided += 1
                self.heard.discard(CORRECTION)
        if self.dice.random() < 0.6 and self.clock.time < STORM:
            self.clock.after(self.dice.uniform(0.5, 90), self._rule)

    def close(self) -> None:
        """As `bot.play.revealing` does."""
        if self._down[0] <= self.clock.time < self._down[1]:
            raise DownError
        if self.round is RoundState.OPEN and self.clock.time >= self.closes:
            self.round = RoundState.CLOSED
            self.plan(CLOSING, self.moment())
            self.plan(REVEAL, self.moment())

    def has_turn(self, key: Key) -> bool:
        """As `bot.store.postings` has it: a reveal waits for the closing, a correction for the reveal."""
        closing = self.rows.get(CLOSING)
        if key[0] is PostingKind.CORRECTION:
            return self.rows[REVEAL].state not in UNSETTLED
        return key[0] is not PostingKind.REVEAL or closing is None or closing.state not in UNSETTLED

    def _posted(self, message: Message) -> None:
        kind = message.key[0]
        self.say(f"the channel shows {kind} {message.number}{' of somebody who stood still' * message.excused}")
        self.tally.postings += 1
        if kind is PostingKind.REVEAL and self.round is not RoundState.CLOSED:
            self.violate("a reveal came before its question was closed")
        others = [m for m in self.channel.messages if m.key[0] is kind and not m.gone and m is not message]
        if others:
            self.tally.copies += 1
            message.excused = message.excused or self.wanted or any(other.excused for other in others)
            if not message.excused:
                self.tally.doubled += 1
                self.violate(f"a second {kind} stands, and nobody stood still")
        if kind is PostingKind.QUESTION and self.dice.random() < 0.3:
            self.clock.after(self.dice.uniform(1, 1400), lambda: self._press(message))

    def _press(self, message: Message) -> None:
        """Somebody presses a button: see `bot.play.answering`."""
        if not message.gone and self.round in (RoundState.PLANNED, RoundState.OPEN):
            it = self.rules.pressed(self.rows[message.key], str(message.number), self.moment())
            self._outside("somebody", message.key, it)

    def _decide(self, key: Key) -> None:
        """A keeper looks into the channel and decides what is held, or has what failed sent again.

        One in a hurry has it sent without looking, and there may be two of it then.
        """
        it, standing = self.rows[key], self.channel.standing(key)
        in_a_hurry = self.dice.random() < 0.5
        self.wanted = self.wanted or (in_a_hurry and bool(standing))
        if it.state is PostingState.HELD and standing and not in_a_hurry:
            self._outside("keeper", key, sending.decided_there(it, str(standing[0].number), self.moment()))
        elif it.state in (PostingState.HELD, PostingState.FAILED):
            self._outside("keeper", key, sending.decided_again(it, self.moment()))

    def _outside(self, who: str, key: Key, it: Progress | Void) -> None:
        try:
            self.write(who, key, it)
        except DownError:
            self.say(f"{who} is told to come again later")

    def _calm_down(self) -> None:
        self.channel.calm = True
        self.say("nothing goes wrong any more")

    def judge(self) -> None:
        """What must hold once nothing happens any more."""
        for kind in (PostingKind.QUESTION, PostingKind.REVEAL, PostingKind.CORRECTION):
            keys = [key for key in self.rows if key[0] is kind]
            standing = [m for m in self.channel.messages if m.key[0] is kind and not m.gone]
            held = any(self.rows[key].state is PostingState.HELD for key in keys)  # until a keeper or a press decides
            can_be_swept = self.channel.readable and not held
            if len(standing) > 1 and (can_be_swept or not any(m.excused for m in standing)):
                self.tally.doubled += 1
                self.violate(f"{len(standing)} messages of the {kind} stand in the end")
            for key in keys:
                self._judge_row(key, self.rows[key], [m for m in standing if m.key == key])
        question, closing = self.rows[QUESTION], self.rows.get(CLOSING)
        if question.state is PostingState.SENT and (closing is None or REVEAL not in self.rows):
            self._miss("the day never ended")
        if closing and closing.state is PostingState.SENT and not self._shown(question).edited:
            self._miss("the closing was not drawn")
        self._judge_news(self.rows.get(CORRECTION))
        if closing and closing.state in UNSETTLED:
            self._hang(CLOSING[0], closing)

    def _judge_row(self, key: Key, it: Progress, standing: list[Message]) -> None:
        if key in self.heard and it.state is not PostingState.SENT and not it.edits:
            self._miss(f"the {key[0]} is {it.state}, although its sender said that it stands")
        match it.state:
            case PostingState.SENT:
                if self._shown(it) not in standing:
                    self._miss(f"the {key[0]} counts as sent, and does not stand")
            case PostingState.FAILED:
                if not it.edits and any(not message.excused for message in standing):
                    self.violate(f"the {key[0]} counts as failed, and stands")
                if it.trouble not in self.channel.refusals:
                    self._miss(f"the {key[0]} counts as failed, and nobody refused it: {it.trouble}")
            case PostingState.HELD:
                if self.channel.readable and it.attempt < PATIENCE and it.trouble not in self.channel.refusals:
                    self._miss(f"the {key[0]} is held without need: {it.trouble}")
            case PostingState.DUE | PostingState.SENDING:
                self._hang(key[0], it)

    def _judge_news(self, it: Progress | None) -> None:
        """A correction that stands tells of the last ruling, unless one who stood still sent it or changed it last."""
        if it is None or it.state is not PostingState.SENT:
            return
        shown = self._shown(it)
        if shown.shows != self.decided and not (shown.overtaken or shown.excused):
            self._miss(f"the correction knows of {shown.shows} rulings of {self.decided}")

    def _shown(self, it: Progress) -> Message:
        return self.channel.messages[int(it.message or 0)]

    def _miss(self, what: str) -> None:
        self.tally.lost += 1
        self.violate(what)

    def _hang(self, kind: PostingKind, it: Progress) -> None:
        self.tally.stuck += 1
        self.violate(f"the {kind} is {it.state} for ever")
