"""The account of a run: what stands on the platforms against what the rows say and what people were told."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.senders import key
from tests.crash.people import Press
from tests.crash.platforms import Message, Sighting
from tests.crash.rows import Row, Rows, Sent

_MESSAGES = (PostingKind.QUESTION, PostingKind.REVEAL)
_COUNTED = (*_MESSAGES, PostingKind.CLOSING)
_DAY = timedelta(days=1)
_Where = tuple[str, str, str]


@dataclass(slots=True)
class Account:
    """What went wrong, by kind, each with a sentence that says where; and how much went right. What stood twice counts
    as doubled, also where the copy was `swept` away in the end.
    """

    postings: int = 0
    attempts: int = 0
    rounds: int = 0
    acknowledged: int = 0
    swept: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def problems(self) -> Mapping[str, Sequence[str]]:
        """Every kind of problem, whether there was one or not."""
        return {
            "lost": self.lost,
            "doubled": self.doubled,
            "stuck": self.stuck,
            "answers missing": self.missing,
            "wrong otherwise": self.wrong,
        }

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all went wrong."""
        return not any(self.problems.values())


def settle(rows: Rows, seen: Sighting, now: datetime) -> Account:
    """Hold the platforms, the rows and the people against each other, once nothing is under way any more."""
    account = Account(rounds=sum(row.due_at <= now for row in rows.rounds), wrong=[*rows.damage])
    standing = defaultdict[_Where, list[Message]](list)
    for message in seen.messages:
        standing[message.platform, message.channel, message.key].append(message)
    round_of = {row.id: row for row in rows.rounds}
    for sent in rows.postings:
        _posting(account, sent, round_of[sent.round], standing, now)
    known = {_where(sent) for sent in rows.postings}
    account.wrong += [f"nobody knows of {where}" for where in standing.keys() - known]
    account.wrong += _out_of_order([message for message in seen.messages if not message.swept])
    account.swept = sum(message.swept for message in seen.messages)
    account.lost += _unplanned(rows, now)
    _answers(account, rows.rounds, seen.presses)
    return account


def _where(sent: Sent) -> _Where:
    return sent.platform, sent.channel, key(sent.kind, sent.round)


def _posting(
    account: Account, sent: Sent, this: Row, standing: Mapping[_Where, Sequence[Message]], now: datetime
) -> None:
    there = standing.get(_where(sent), ())
    what = f"{sent.kind} of round {sent.round} in {sent.channel} ({sent.state}, attempt {sent.attempt}: {sent.trouble})"
    account.postings += sent.kind in _COUNTED and sent.state is PostingState.SENT
    account.attempts += sent.attempt
    if sent.kind in _MESSAGES and len(there) > 1:
        account.doubled += [f"{what}: {[message.id for message in there]}"] * (len(there) - 1)
    there = [message for message in there if not message.swept]
    match sent.state:
        case PostingState.DUE if sent.due_at > now:
            return
        case PostingState.DUE | PostingState.SENDING | PostingState.HELD:
            account.stuck.append(what)
        case PostingState.FAILED:
            account.lost.append(what)
        case PostingState.SENT if sent.kind in _MESSAGES and sent.message not in [message.id for message in there]:
            account.lost.append(f"{what}: {sent.message} is recorded, there are {[message.id for message in there]}")
        case PostingState.SENT if sent.kind is PostingKind.CLOSING and any(message.open for message in there):
            account.wrong.append(f"{what}: its letters can still be pressed")
    if sent.kind is PostingKind.REVEAL and this.state is not RoundState.REVEALED:
        account.wrong.append(f"{what}: its round is {this.state}")


def _out_of_order(messages: Sequence[Message]) -> Iterator[str]:
    """In each channel a question, its reveal, the next question: nothing is revealed before it is closed."""
    last: dict[tuple[str, str], tuple[int, str]] = {}
    for message in messages:
        _, kind, number = message.key.split(":")
        this, channel = (int(number), kind), (message.platform, message.channel)  # "answer" comes before "result"
        if this < last.get(channel, this):
            yield f"{message.key} stands after {last[channel]} in {channel}"
        last[channel] = max(this, last.get(channel, this))


def _unplanned(rows: Rows, now: datetime) -> Iterator[str]:
    """Days of a place that have no round."""
    place_of = {sent.round: (sent.platform, sent.channel) for sent in rows.postings}
    days = defaultdict[tuple[str, str], list[datetime]](list)
    for row in rows.rounds:
        days[place_of[row.id]].append(row.due_at)
    for place, due in days.items():
        due.sort()
        holes = [after for before, after in pairwise(due) if after - before != _DAY]
        if holes or due[-1] <= now:
            yield f"{place} was not planned: {holes or due[-1]}"


def _answers(account: Account, rounds: Sequence[Row], presses: Sequence[Press]) -> None:
    logs = {row.id: row.log for row in rounds}
    said = defaultdict[tuple[int, str, str], list[Press]](list)
    for press in presses:
        said[press.round, press.platform, press.person].append(press)
        account.acknowledged += press.told is not None
    for (number, platform, person), theirs in said.items():
        log = [letter for who, letter in logs[number] if who == person]
        account.missing += [
            f"{person} on {platform} was told that {told} is recorded in round {number}; the log: {log}"
            for told in _missing(theirs, log)
        ]
    account.wrong += [f"{row.late} answers after the close of round {row.id}" for row in rounds if row.late]
    account.wrong += [f"{row.miscounted} scores of round {row.id}" for row in rounds if row.miscounted]


def _missing(theirs: Sequence[Press], log: Sequence[str]) -> Iterator[str]:
    """The letters that somebody was told are recorded and are not; or that the last one is, and another one counts.

    A press of which they heard nothing may have been recorded, then or later.
    """
    told = [press.told for press in theirs if press.told is not None]
    yield from (letter for letter in told if letter not in log)
    unknown = {press.letter for press in theirs if press.told is None}
    if told and log and log[-1] not in {told[-1], *unknown}:
        yield told[-1]
