"""How many answers a second does the quiz take on a platform? Against its floor: a handler that only acknowledges.

Run it with `python -m bench.clicks [--platform both] [--clicks 4000] [--at-once 100] [--rounds 5] [--burst 400]
[--json]`. The real discord.py and slack-bolt, the whole quiz and SQLite in this process; the loopback platform and its
people in another. Ours and the floor have their turns one after the other, and medians are compared. The floor hears
by what its library documents, slack-bolt by its own server. An answer counts once the person was told of it, after its
commit. On Discord that is the acknowledgement itself. On Slack it is a second request, which alone costs a good part
of the rate: so there is another floor, an app that acknowledges and says one word. Slack over HTTP is what is judged,
where an acknowledgement answers a request; over Socket Mode it is a few bytes on an open connection, against which any
request of one's own is dear. At the end of each round the bot is restarted, and as many people as `--burst` click at
the same moment. It fails where an answer is lost, counted twice, or acknowledged later than platforms wait, and where
a demand is not met.
"""

import argparse
import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.parts import discord_clicks, slack_clicks
from bench.parts.outcome import Clicks, Load, Outcome
from bench.parts.rows import Row, tell
from bot.store.migrations import migrate

WAITS = 3.0  # seconds, on both platforms
SLOWEST = 0.3  # seconds for 99 of 100
DISCORD, HTTP, SOCKET = "discord", "slack over HTTP", "slack over Socket Mode"
PLATFORMS = {"discord": (DISCORD,), "slack": (HTTP, SOCKET), "both": (DISCORD, HTTP, SOCKET)}
DEMANDS = {DISCORD: 0.6, HTTP: 0.7}

Floor = Callable[[Load], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a platform: the whole quiz on it, and what can be done there without it, by what it is called."""

    ours: Callable[[Load, str], Awaitable[Outcome]]
    floors: dict[str, Floor]


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of each round, ours and the floors."""

    ours: list[Outcome] = field(default_factory=list)
    floors: dict[str, list[Outcome]] = field(default_factory=dict)


def _slack(over_http: bool) -> Way:
    floors: dict[str, Floor] = {
        "acknowledging": partial(slack_clicks.floor, over_http=over_http, word=False),
        "acknowledging and one word": partial(slack_clicks.floor, over_http=over_http, word=True),
    }
    return Way(partial(slack_clicks.answers, over_http=over_http), floors)


WAYS = {
    DISCORD: Way(discord_clicks.answers, {"acknowledging": discord_clicks.floor}),
    HTTP: _slack(over_http=True),
    SOCKET: _slack(over_http=False),
}


def measure(way: Way, load: Load, rounds: int) -> Measured:
    """Everybody's turns, in a new house each time."""
    measured = Measured(floors={name: [] for name in way.floors})
    for _ in range(rounds):
        for name, floor in way.floors.items():
            measured.floors[name].append(asyncio.run(_done(floor(load))))
        with TemporaryDirectory() as folder:
            url = f"sqlite+aiosqlite:///{Path(folder) / 'quiz.sqlite3'}"
            asyncio.run(migrate(url))
            measured.ours.append(asyncio.run(_done(way.ours(load, url))))
    return measured


async def _done(work: Awaitable[Outcome]) -> Outcome:
    return await work


def rows(name: str, measured: Measured) -> Iterator[Row]:
    """Every figure of one way to a platform: of people who come one after the other, and of those all at once."""
    for when, part in (("in turn", _in_turn), ("burst", _burst)):
        ours = [part(outcome) for outcome in measured.ours]
        floors = {floor: [part(outcome) for outcome in found] for floor, found in measured.floors.items()}
        for floor, theirs in floors.items():
            yield Row(f"{name}, {when}, beside {floor}", _rate(ours), "/s", _rate(theirs))
        bare = next(iter(floors.values()))
        for label, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
            yield Row(f"{name}, {when}: acknowledged, {label}", _waited(ours, share), "ms", _waited(bare, share))
            yield Row(f"{name}, {when}: told, {label}", _told(ours, share), "ms")
        yield Row(f"{name}, {when}: never acknowledged", sum(each.lost for each in ours), "people")


def _in_turn(outcome: Outcome) -> Clicks:
    return outcome.seen


def _burst(outcome: Outcome) -> Clicks:
    return outcome.burst


def _rate(clicks: Sequence[Clicks]) -> float:
    return median(each.rate for each in clicks)


def _waited(clicks: Sequence[Clicks], share: float) -> float:
    return median(each.quantile(share) for each in clicks) * 1000


def _told(clicks: Sequence[Clicks], share: float) -> float:
    return median(each.told[int(share * (len(each.told) - 1))] for each in clicks) * 1000


def lost(name: str, load: Load, measured: Measured) -> Iterator[str]:
    """What must not be, however slow we are."""
    everyone = load.clicks + load.burst
    for outcome in measured.ours:
        both = (outcome.seen, outcome.burst)
        silent = sum(each.lost + each.unanswered for each in both)
        refused = [*outcome.seen.refused, *outcome.burst.refused][:5]
        slowest = max(each.quantile(1.0) for each in both)
        if silent or refused or (outcome.kept, outcome.of) != (everyone, everyone) or slowest > WAITS:
            yield (
                f"{name}: {everyone} clicks, {outcome.kept} answers of {outcome.of} people, {silent} left without an "
                f"answer, the slowest acknowledged after {slowest:.1f} s: {refused}"
            )


def too_slow(name: str, table: Sequence[Row]) -> Iterator[str]:
    """The demands that are not met."""
    found = {row.name: row for row in table}
    ratio = found[f"{name}, in turn, beside acknowledging"].ratio_to_baseline or 0.0
    if ratio < DEMANDS.get(name, 0.0):
        yield f"{name}: {ratio:.2f} of the rate of only acknowledging, not {DEMANDS[name]}"
    slowest = found[f"{name}, in turn: told, p99"].figure
    if slowest >= SLOWEST * 1000:
        yield f"{name}: one of a hundred waits {slowest:.0f} ms, not less than {SLOWEST * 1000:.0f}"


def main() -> None:
    """Measure, print, and fail where an answer is lost, doubled or late, or a demand is not met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platform", choices=PLATFORMS, default="both", help="where people click")
    parser.add_argument("--clicks", type=int, default=4_000, help="of as many people in each round")
    parser.add_argument("--at-once", type=int, default=100, help="clicks under way at a time")
    parser.add_argument("--rounds", type=int, default=5, help="how often each has its turn; medians are told")
    parser.add_argument("--burst", type=int, default=400, help="people who click all together after a restart")
    parser.add_argument("--json", action="store_true", help="rows for programs instead of a table")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("discord").setLevel(logging.CRITICAL)  # a late answer is counted, not told with its traceback
    load = Load(given.clicks, given.at_once, given.burst)
    table: list[Row] = []
    failures: list[str] = []
    for name in PLATFORMS[given.platform]:
        measured = measure(WAYS[name], load, given.rounds)
        found = [*rows(name, measured)]
        table += found
        failures += [*lost(name, load, measured), *too_slow(name, found)]
    tell(table, as_json=given.json)
    if failures:
        raise SystemExit("\n".join(failures))


if __name__ == "__main__":
    main()
