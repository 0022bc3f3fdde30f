"""A process that sweeps: the steps of `bot.delivery` and `bot.recovery` in their order, and places to die between them.

Each `yield` is such a place, and says how many seconds pass there. What stands between two of them is one transaction.
"""

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Final

from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.domain.sending import Progress, Void
from tests.simulation.channel import WITHIN, Key
from tests.simulation.day import DUE, END, QUESTION, QUIET, START, Day, DownError, Tally
from tests.simulation.rules import Refusal, Rules

TICK = 15.0
FOR_EVER = 300  # ticks without any trouble: what is not settled by then never will be
RECORDING = 60.0  # seconds for which an outcome is kept that cannot be written down
INSISTING: Final = (0.5, 2.0)  # seconds before Discord is asked again under the same key
TOO_LATE = Refusal("it was too late to begin", lasting=False, wait=1.0)
NO_ANSWER = Refusal("nobody answered", lasting=False)
Steps = Generator[float]


class Worker:
    """One of several. When it dies another takes its place, who knows nothing but the rows."""

    def __init__(self, day: Day, number: int) -> None:
        self.day, self.number, self.name = day, number, f"worker {number}"
        self._dice, self._clock = day.dice, day.clock
        self._skew = self._dice.uniform(-2, 2)
        self._calm_ticks = 0
        self._life = self._live()
        self._clock.after(self._dice.uniform(0, TICK), self._step)

    def _step(self) -> None:
        day = self.day
        if not day.calm and self._dice.random() < day.deadly:
            day.tally.kills += 1
            day.say(f"{self.name} dies")
            self._life.close()
            self._life = self._live()
            self._clock.after(self._dice.uniform(1, 90), self._step)
        elif (seconds := next(self._life, None)) is not None:
            self._clock.after(seconds, self._step)

    def _live(self) -> Steps:
        while (rest := self._rest()) is not None and self._calm_ticks < FOR_EVER:
            yield rest
            self._calm_ticks += self.day.calm
            try:
                yield from self._sweep()
            except DownError:
                continue

    def _rest(self) -> float | None:
        """Seconds until there may be something to do; `None` where there never will be."""
        now, day = self._clock.time, self.day
        times = [at for it in day.rows.values() if (at := _next(it)) is not None]
        if day.round is RoundState.OPEN:
            times.append(day.closes)
        if not times and now > QUIET:
            return None
        wait = max(min(times, default=now + 10 * TICK) - now, 0.0)
        is_sending = any(it.state is PostingState.SENDING for it in day.rows.values())
        if is_sending and not day.calm and self._dice.random() < 0.3:
            wait = min(wait, self._dice.uniform(0, 3 * TICK))  # one that is too early must be harmless
        # Most ticks in which there is nothing to do are left out. All tick at the same moments, or each at its own.
        ticks = now + wait + (TICK if day.together else self._dice.uniform(1, TICK))
        return (ticks // TICK * TICK if day.together else ticks) - now

    def _sweep(self) -> Steps:
        if QUESTION not in self.day.rows:
            yield from self._plan()
        if self.day.round is RoundState.OPEN and self._clock.time >= self.day.closes:
            yield self._moment()
            self.day.close()
        rules = self.day.rules
        for key in self._those(PostingState.SENDING, rules.look):
            yield from self._look(key)
        for key in self._those(PostingState.DUE, rules.take):
            if self.day.has_turn(key):
                yield from self._send(key)
        for key in self._those(PostingState.SENT, rules.swept):
            yield from self._remove_copies(key)

    def _those(self, state: PostingState, event: Callable[[Progress, datetime], Progress | Void]) -> list[Key]:
        """The postings for which it is time. Others may be quicker."""
        rows = [(key, it) for key, it in self.day.rows.items() if it.state is state]
        now = self._now() if rows else START
        return [key for key, it in rows if isinstance(event(it, now), Progress)]

    def _plan(self) -> Steps:
        yield self._moment()
        is_first = QUESTION not in self.day.rows or self.day.rules.unique
        key = QUESTION if is_first else (PostingKind.QUESTION, self.number)
        self.day.plan(key, START + timedelta(seconds=DUE))

    def _send(self, key: Key) -> Steps:
        day, rules = self.day, self.day.rules
        yield self._moment()
        taken = rules.take(day.rows[key], self._now())
        if isinstance(taken, Void):
            return
        if rules.intent:
            day.write(self.name, key, taken)
        shows = day.decided  # what it says is read in the transaction that takes it
        yield self._pause(day.sleepy)
        result: Refusal | int | None = TOO_LATE
        if self._now() <= rules.begin_by(taken):
            stands_still = self._pause(day.spellbound)
            yield stands_still
            result = yield from self._call(key, taken, shows, excused=stands_still > TICK)
        yield from self._record(key, taken, result)

    def _call(
        self, key: Key, taken: Progress, shows: int, *, excused: bool
    ) -> Generator[float, None, Refusal | int | None]:
        """A call, made again on Discord under the same key where its answer is lost."""
        day, until = self.day, self._clock.time + WITHIN[self.day.channel.platform]
        result: Refusal | int | None = None
        for turn, pause in enumerate((0.0, *(INSISTING if day.channel.platform == "discord" else ()))):
            yield pause
            left = until - self._clock.time
            if left <= 0:
                break
            if key[0] is PostingKind.CLOSING:
                ticket = day.channel.edit(int(day.rows[QUESTION].message or 0), left)
            elif taken.edits:
                ticket = day.channel.edit(int(taken.message or 0), left, excused=excused, shows=shows)
            else:
                ticket = day.channel.post(key, left, excused=excused, shows=shows)
            day.say(f"{self.name} asks for {key[0]}, attempt {taken.attempt}")
            yield ticket.answer_in
            result = day.rules.insisted(ticket.says) if turn else ticket.says
            if result is not None:
                break
        return result

    def _record(self, key: Key, taken: Progress, result: Refusal | int | None) -> Steps:
        """Write down what came of it: what cannot be written is kept, and nothing new is taken meanwhile."""
        rules = self.day.rules
        yield self._pause(self.day.sleepy)
        since = self._clock.time
        while True:
            yield self._moment()
            it = self.day.rows[key] if rules.intent else taken
            match result:
                case int():
                    after = rules.sent(it, taken.attempt, str(result), self._now())
                case Refusal():
                    after = rules.refused(it, taken.attempt, result, self._now())
                case None:
                    after = rules.unclear(it, taken.attempt, self._now())
            try:
                self.day.write(self.name, key, after, taken.attempt)
            except DownError:
                if self._clock.time - since > RECORDING:
                    raise
                yield 5.0
            else:
                if isinstance(result, int):
                    self.day.heard.add(key)
                return

    def _look(self, key: Key) -> Steps:
        day, rules = self.day, self.day.rules
        yield self._moment()
        looked = rules.look(day.rows[key], self._now())
        day.write(self.name, key, looked)
        if isinstance(looked, Void) or looked.state is not PostingState.SENDING:
            return
        yield self._pause(day.sleepy)
        found = day.channel.find(key)
        yield self._dice.uniform(0.1, 3)
        it, now = day.rows[key], self._now()
        match found:
            case int():
                after = rules.sent(it, looked.attempt, str(found), now)
            case Refusal():
                after = rules.unknown(it, looked.attempt, found, now)
            case None:
                after = rules.unknown(it, looked.attempt, NO_ANSWER, now)
            case _:
                after = rules.absent(it, looked.attempt, now)
        day.say(f"{self.name} looked for {key[0]}: {found}")
        day.write(self.name, key, after, looked.attempt)

    def _remove_copies(self, key: Key) -> Steps:
        yield self._moment()
        swept = self.day.rules.swept(self.day.rows[key], self._now())
        self.day.write(self.name, key, swept)
        if isinstance(swept, Progress) and swept.message is not None:
            yield self._pause(self.day.sleepy)
            self.day.channel.remove_copies(key, int(swept.message))
            yield self._moment()

    def _now(self) -> datetime:
        return self.day.moment(self._skew)

    def _moment(self) -> float:
        """How long the next transaction takes to begin."""
        return self._dice.random() * (0.05 if self.day.calm or self._dice.random() < 0.8 else 5.0)

    def _pause(self, how_often: float) -> float:
        """Mostly nothing; but a process may be stopped, or its machine, for minutes."""
        return self._dice.uniform(20, 400) if not self.day.calm and self._dice.random() < how_often else 0.0


def simulate(seed: int, rules: Rules, tell: Callable[[str], None] | None = None) -> Tally:
    """Play one day to its end. `tell` is given a line for everything that happens."""
    day = Day(seed, rules, tell)
    for number in range(1, 3 + seed % 2):
        Worker(day, number)
    day.clock.run(END)
    day.judge()
    return day.tally


def _next(it: Progress) -> float | None:
    """When something may have to be done about a posting, in seconds since the start."""
    match it.state:
        case PostingState.DUE:
            at = it.due_at
        case PostingState.SENDING if it.lease_until:
            at = it.lease_until
        case PostingState.SENT if it.sweep_at:
            at = it.sweep_at
        case _:
            return None
    return (at - START).total_seconds()
