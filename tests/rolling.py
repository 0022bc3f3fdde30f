"""A rolling deploy under load: the old process is asked to stop while a new one is up and people press all the time.

`python -m tests.rolling` lets both run side by side for ten seconds, and prints what became of every press.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.models import Answer, Person
from tests.fakes.discord import people
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.stage import DiscordStage
from tests.fakes.discord.world import Interaction as Asked
from tests.fakes.slack.people import user_id
from tests.fakes.slack.stage import SlackStage
from tests.fakes.slack.state import Interaction
from tests.postgres import postgres
from tests.stage import ADMIN, Stage

ROOT = Path(__file__).parent.parent
READY = '"message": "ready"'
SECONDS = 60.0  # for anything to happen on a busy machine
PAUSE = 0.04  # seconds between two presses on each platform
AT_ONCE = 40  # presses that wait for their answers
_TOO_LATE = 40060  # what Discord tells the second of two that acknowledge


async def until(happened: Callable[[], object]) -> None:
    """Wait for something on the other side of a process."""
    async with asyncio.timeout(SECONDS):
        while not happened():  # noqa: ASYNC110  # another process sets no event of ours
            await asyncio.sleep(0.01)


class Bot:
    """`python -m bot run`, and every line it says."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.said: list[str] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.said.append(line.decode())

    async def says(self, words: str) -> None:
        """Returns once a line has these words."""
        await until(lambda: self.process.returncode is not None or any(words in line for line in self.said))
        assert any(words in line for line in self.said), "".join(self.said)

    async def stop(self) -> float:
        """Ask it to stop; the seconds until it has ended."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(self.process.wait(), SECONDS)
        return time.monotonic() - began

    async def end(self) -> None:
        """Kill it, if it still lives."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        await self._reading


@asynccontextmanager
async def bot(discord: DiscordStage, slack: SlackStage, url: str, *words: str, **more: str) -> AsyncIterator[Bot]:
    """One process on both platforms, up once it says that it is `READY`."""
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": url, "DISCORD_TOKEN": TOKEN}
    environment |= {"DISCORD_API_URL": discord.server.url, **slack.slack.environment, **more}
    program = (sys.executable, "-m", "bot", "run", *words)
    running = Bot(await asyncio.create_subprocess_exec(*program, cwd=ROOT, env=environment, stderr=PIPE))
    try:
        yield running
    finally:
        await running.end()


async def ask(discord: DiscordStage, slack: SlackStage) -> None:
    """A question in both channels."""
    stages: Sequence[Stage] = (discord, slack)
    for stage in stages:
        await stage.ask(ADMIN, "setup at:03:00 zone:UTC days:daily")
        await stage.ask(ADMIN, "post")
    await until(lambda: discord.channel() and slack.channel())


class Crowd:
    """People who each press once, on Discord and on Slack in turn, for as long as they are let."""

    def __init__(self, discord: DiscordStage, slack: SlackStage) -> None:
        self.discord, self.slack = discord, slack
        self.on_discord: list[Asked] = []
        self.on_slack: list[Interaction] = []

    async def press(self, number: int) -> None:
        """One on each."""
        server = self.discord.server
        server.world.add(f"d{number}")
        message = server.world.messages[int(self.discord.channel()[0].id)]
        self.on_discord.append(await people.press(server, f"d{number}", message, message.buttons()["A"]))
        self.on_slack.append(await self.slack.hands.press(f"s{number}", self.slack.channel()[0], "A"))

    async def keep_pressing(self) -> None:
        """Until cancelled; so many at once that both processes always have something in hand."""
        for number in range(1_000_000):
            await self.press(number)
            await asyncio.sleep(PAUSE)
            while len(self.on_discord) + len(self.on_slack) - self.answered() > AT_ONCE:  # noqa: ASYNC110  # as above
                await asyncio.sleep(PAUSE)

    def answered(self) -> int:
        """How many presses have been acknowledged and answered."""
        done = [each for each in self.on_slack if each.acknowledged and each.answers]
        return len(done) + sum(each.answered.is_set() for each in self.on_discord)

    async def settle(self) -> None:
        """Returns once all are answered, or nobody waits any more."""
        with suppress(TimeoutError):
            await until(lambda: self.answered() == len(self.on_discord) + len(self.on_slack))


@dataclass(frozen=True, slots=True)
class Report:
    """What became of so many presses; how long the old process took to end, and with which status."""

    presses: int
    unanswered: int
    answered_twice: int
    unrecorded: int
    recorded_twice: int
    seconds: float
    status: int | None


async def report(crowd: Crowd, url: str, seconds: float, status: int | None) -> Report:
    """Compare what people were shown and what is in the log with what they pressed."""
    database = Database(url)
    async with database.reading() as session:
        counted = select(Person.external_id, func.count()).join(Answer, Answer.person_id == Person.id)
        logged = {who: times for who, times in await session.execute(counted.group_by(Person.external_id))}  # noqa: C416
    await database.close()
    world = crowd.discord.server.world
    shown = Counter(who for who, _ in world.seen)
    pressed = [str(each.asker.id) for each in crowd.on_discord]
    pressed += [user_id(each.person) for each in crowd.on_slack]
    twice = sum(shown[each.asker.name] > 1 for each in crowd.on_discord)
    return Report(
        len(pressed),
        len(pressed) - crowd.answered(),
        twice + sum(len(each.answers) > 1 for each in crowd.on_slack),
        sum(each not in logged for each in pressed),
        sum(logged.get(each, 0) > 1 for each in pressed),
        seconds,
        status,
    )


def forgive(discord: DiscordStage, slack: SlackStage) -> None:
    """Discord refuses the second of two that acknowledge a press; and what nobody acknowledged is in the report."""
    discord.server.breaches[:] = [each for each in discord.server.breaches if each.code != _TOO_LATE]
    slack.slack.breaches[:] = [each for each in slack.slack.breaches if "never acknowledged" not in each]


async def roll(url: str, seconds: float, presses: int) -> Report:
    """Deploy once. Both run side by side for so many seconds, and until so many were answered; as many after that."""
    # How long people wait on a busy machine is not the question here.
    async with DiscordStage() as discord, SlackStage(lambda: 0.0) as slack:
        discord.server.world.clock = lambda: 0.0
        crowd = Crowd(discord, slack)
        async with bot(discord, slack, url) as old:
            await old.says(READY)
            await ask(discord, slack)
            pressing = asyncio.create_task(crowd.keep_pressing())
            async with bot(discord, slack, url) as new:
                await new.says("waits for its turn")
                await new.says(READY)
                before = crowd.answered()
                await asyncio.sleep(seconds)
                await until(lambda: crowd.answered() >= before + presses)
                took = await old.stop()
                before = crowd.answered()
                await until(lambda: crowd.answered() >= before + presses)
                pressing.cancel()
                await crowd.settle()
                await new.stop()
        found = await report(crowd, url, took, old.process.returncode)
        await slack.slack.hang_up()
        forgive(discord, slack)
        if found.unanswered:
            sys.stderr.writelines(["old:\n", *old.said, "new:\n", *new.said])
        return found


def main() -> None:
    """The command."""
    words = argparse.ArgumentParser(prog="python -m tests.rolling", description=__doc__)
    words.add_argument("--seconds", type=float, default=10.0, help="how long both run side by side (default: 10)")
    words.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own instead of a SQLite file")
    given = words.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = f"sqlite+aiosqlite:///{folder}/quiz.sqlite3"
        if given.postgresql:
            url = stack.enter_context(postgres()).fresh()
        asyncio.run(migrate(url))  # safe to run again
        found = asyncio.run(roll(url, given.seconds, presses=50))
    for name, figure in asdict(found).items():
        print(f"{name.replace('_', ' ')}: {figure}")  # noqa: T201  # what it measured


if __name__ == "__main__":
    main()
