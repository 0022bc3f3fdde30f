"""How long does it take to post the questions of one minute on Slack? Against the floor that its limits leave.

Run it with `python -m bench.slack_day [--drills 600] [--workspaces 60] [--latency 150] [--json]`; what has to hold is
asked of `--drills 10000 --workspaces 250`. Everything is real but Slack itself, which counts on the loopback, in a
process of its own, answers only after the latency, and refuses what comes too fast: one message a second in a channel,
300 a minute in a workspace.
"""

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.slack import connect
from adapters.slack.installed import NAME, Given
from adapters.slack.pace import AT_ONCE, POST
from bench.parts.day import Morning, morning
from bench.parts.drills import record
from bench.parts.rows import Row, tell
from bench.parts.slack_server import Posts, Slack
from bot.bank import Bank, load
from bot.clock import now
from bot.domain.identity import Place, Workspace
from bot.ports import Installation, Off, Platform
from bot.sealing import KeyRing, new_key
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.vault import SealedVault
from tests.fakes.slack.oauth import CLIENT_ID, CLIENT_SECRET
from tests.fakes.slack.people import BOT_USER

MANY, WITHIN = 10_000, 30.0  # so many questions are to be out within so many seconds


@dataclass(frozen=True, slots=True)
class Load:
    """So many drills in so many workspaces, on a Slack that answers after so many seconds."""

    drills: int
    workspaces: int
    latency: float

    @property
    def each(self) -> int:
        """How many channels a workspace has."""
        return -(-self.drills // self.workspaces)

    @property
    def floor(self) -> float:
        """The least seconds it can take: what one workspace lets in, and what the senders of one process get done."""
        alone = (self.each - POST.rate.burst) / POST.rate.a_second
        return max(self.latency, alone, -(-self.drills // AT_ONCE) * self.latency)


async def measure(load: Load, bank: Bank) -> tuple[Morning, Posts]:
    """One morning with a database of its own."""
    keys = new_key()
    with TemporaryDirectory() as folder, Slack(http=True, latency=load.latency, strict=True) as there:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'quiz.sqlite3'}"
        await migrate(url)
        database = Database(url)
        vault = SealedVault(database, KeyRing.read(keys), now)
        channels = []
        for one in await there.install(load.workspaces, load.each):
            await vault.keep(NAME, Installation(one.workspace, Given(one.token, BOT_USER).secret(), now()))
            channels.append([Place(Workspace(NAME, one.workspace), channel) for channel in one.channels])
        await record(database, [place for row in zip(*channels, strict=True) for place in row][: load.drills], now())
        seen = await morning(database, bank, _adapter(there.environment, keys), vault)
        posts = await there.count()
        await database.close()
    return seen, posts


def _adapter(environment: dict[str, str], keys: str) -> Platform:
    mine = {name: value for name, value in environment.items() if name != "SLACK_BOT_TOKEN"}
    app = {"SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET, "SECRET_KEYS": keys}
    adapter = connect(mine | app | {"PUBLIC_URL": "https://quiz.example.com"})
    if isinstance(adapter, Off):
        raise TypeError("Slack is off")
    return adapter


def rows(load: Load, seen: Morning) -> Iterator[Row]:
    """What it took."""
    yield Row(f"slack: {load.drills} questions of one minute", seen.seconds, "s", load.floor)
    yield Row("slack: CPU of one question", seen.cpu / load.drills * 1000, "ms")
    yield Row("slack: memory when all are out", seen.memory, "MB")


def wrong(load: Load, seen: Morning, posts: Posts) -> str:
    """What must not be; empty where all is well."""
    if (posts.posted, posts.twice, posts.early) != (load.drills, 0, 0) or posts.refused:
        said = f"{posts.posted} of {load.drills} questions, {posts.twice} twice, {posts.early} calls too soon"
        return f"{said}, {posts.refused} refused"
    if load.drills >= MANY and seen.seconds > WITHIN:
        return f"it took {seen.seconds:.1f} s, and may take {WITHIN:.0f} s"
    return ""


def main() -> None:
    """Measure, and say how far from the floor it is. Fails where a question is missing, doubled, refused or late."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drills", type=int, default=600)
    parser.add_argument("--workspaces", type=int, default=60)
    parser.add_argument("--latency", type=float, default=150, help="milliseconds until Slack answers")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    load_ = Load(given.drills, given.workspaces, given.latency / 1000)
    seen, posts = asyncio.run(measure(load_, load()))
    tell(rows(load_, seen), as_json=given.json)
    if found := wrong(load_, seen, posts):
        raise SystemExit(found)


if __name__ == "__main__":
    main()
