"""How long does it take to post the questions of one minute on Slack? Against the floor that its limits leave.

Run it with `python -m bench.slack_day [--drills 600] [--workspaces 1] [--latency 150] [--json]`. Everything is real but
Slack itself, which counts on the loopback, in this same process, answers only after the latency, and refuses what comes
too fast: one message a second in a channel, 300 a minute in a workspace.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter

from adapters.slack.pace import POST
from adapters.slack.platform import Slack
from adapters.slack.tenants import Tenant, Tenants
from adapters.slack.web import Web, open_web
from bot.bank import Bank, load
from bot.delivery import SENDERS
from bot.domain.identity import Person, Place, Workspace
from bot.ports import Door, Hearing, Installation, Route
from bot.store.database import Database
from bot.store.migrations import migrate
from tests.fakes.slack.people import BOT_TOKEN, BOT_USER, Channel
from tests.fakes.slack.server import FakeSlack
from tests.house import House, Time


class Nobody:
    """A transport that hears nobody: questions are posted all the same."""

    hearing = Hearing.SHARED
    routes: Sequence[Route] = ()

    async def open(self, app: object) -> None:
        """There is nothing to open."""

    def trouble(self) -> str | None:
        """Nor to be troubled by."""
        return None

    async def hush(self) -> None:
        """Nor to hush."""

    async def close(self) -> None:
        """Nor to close."""


class Loopbacks:
    """The access to many workspaces, each of them a loopback Slack of its own."""

    routes: Sequence[Route] = ()

    def __init__(self, slacks: dict[str, FakeSlack]) -> None:
        """By the workspaces' ids."""
        self._slacks = slacks
        self.webs: dict[str, Web] = {}

    async def open(self, web: Web, door: Door) -> Tenants:
        """With a connection to each."""
        del web, door
        self.webs = {id_: open_web(f"{slack.workspace.url}/api", BOT_TOKEN) for id_, slack in self._slacks.items()}
        return self

    async def of(self, workspace: str, enterprise: str = "") -> Tenant | None:
        """The tenant of a workspace."""
        del enterprise
        return Tenant(self.webs[workspace], BOT_USER)

    async def close(self) -> None:
        """Nothing is under way."""

    async def ending(self, tenant: str, until: datetime) -> Sequence[str]:
        """None ever ends."""
        del tenant, until
        return ()

    async def forget(self, tenant: str, until: datetime) -> None:
        """Nor is any forgotten."""

    async def revoked(self, workspace: str, token: str | None) -> Installation | None:
        """Nor is any token taken back."""
        del workspace, token
        return None


@dataclass(frozen=True, slots=True)
class Day:
    """What came of a morning: how many messages there are, how many channels have two, how many calls were refused."""

    drills: int
    workspaces: int
    seconds: float
    floor: float
    posted: int
    twice: int
    refused: int


def floor(drills: int, workspaces: int, latency: float) -> float:
    """The least seconds it can take: what one workspace lets in, and what the senders of one process get done."""
    each = -(-drills // workspaces)
    return max(0.0, (each - POST.rate.burst) / POST.rate.a_second, -(-drills // SENDERS) * latency)


async def morning(house: House, slacks: dict[str, FakeSlack], drills: int) -> tuple[float, list[int]]:
    """That many channels with a drill at nine; then it is nine. The seconds, and the messages of each channel."""
    ids = [*slacks]
    places = [Place(Workspace("slack", ids[number % len(ids)]), f"C{number:04}") for number in range(drills)]
    for place in places:
        channels = slacks[place.workspace.id].workspace.channels
        channels[place.channel] = Channel(place.channel, place.channel)
        await house.ask(
            "setup at:09:00 zone:UTC days:daily", Person(place.workspace, "U0ADA", "Ada", manages=True), place
        )
    await house.platforms[0].start(house.quiz)
    await house.delivery.sweep()
    house.time.set("2026-11-23 09:00")
    start = perf_counter()
    await house.delivery.sweep()
    seconds = perf_counter() - start
    await house.platforms[0].stop()
    standing = [
        place for place in places for key in slacks[place.workspace.id].workspace.messages if key[0] == place.channel
    ]
    return seconds, [standing.count(place) for place in places]


async def measure(drills: int, workspaces: int, latency: float, bank: Bank) -> Day:
    """One morning with a database of its own."""
    slacks = {f"T{number:03}": FakeSlack(monotonic) for number in range(workspaces)}
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        url = f"sqlite+aiosqlite:///{Path(folder) / 'quiz.sqlite3'}"
        await migrate(url)
        database = Database(url)
        stack.push_async_callback(database.close)
        for slack in slacks.values():
            await stack.enter_async_context(slack)
            slack.rates.enforced, slack.latency = True, latency
        access = Loopbacks(slacks)
        platform = Slack(access, Nobody(), next(iter(slacks.values())).workspace.url)
        seconds, messages = await morning(House(database, bank, Time(), [platform]), slacks, drills)
        for web in access.webs.values():
            await web.session.close()
    refused = sum(slack.rates.refused.total() for slack in slacks.values())
    least = floor(drills, workspaces, latency)
    return Day(drills, workspaces, seconds, least, sum(messages), sum(count > 1 for count in messages), refused)


def main() -> None:
    """Measure, and say how far from the floor it is. Fails where a question is missing, doubled or refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drills", type=int, default=600)
    parser.add_argument("--workspaces", type=int, default=1)
    parser.add_argument("--latency", type=float, default=150, help="milliseconds until Slack answers")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    day = asyncio.run(measure(given.drills, given.workspaces, given.latency / 1000, load()))
    ratio = day.seconds / day.floor
    if given.json:
        row = {"name": "slack: questions of one minute", "figure": day.seconds, "unit": "s", "baseline": day.floor}
        print(json.dumps([{**row, "ratio_to_baseline": ratio, **asdict(day)}]))
    else:
        print(
            f"{day.posted} questions in {day.workspaces} workspace(s) in {day.seconds:.1f} s; floor {day.floor:.1f} s"
        )
        print(f"{ratio:.2f} times the floor; {day.twice} twice, {day.refused} calls refused as too many")
    if (day.posted, day.twice, day.refused) != (given.drills, 0, 0):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
