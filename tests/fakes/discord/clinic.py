"""An installation for `doctor` to look at: a database, this Discord, and a bot that was started on it once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time

from adapters.discord import connect
from bot.domain.identity import Place, Workspace
from bot.ports import Off
from bot.store.database import Database
from bot.store.models import Drill
from bot.store.places import meet_place
from tests.consulting import Done, consult, plain
from tests.fakes.discord.directory import Directory
from tests.fakes.discord.doorman import Doorman
from tests.fakes.discord.server import TOKEN, Server
from tests.fakes.discord.world import CHANNEL, GUILD

SERVER = Workspace("discord", str(GUILD))


@dataclass(frozen=True, slots=True)
class Clinic:
    """All of it together. `directory` is what this Discord tells about itself."""

    server: Server
    database: Database

    @property
    def directory(self) -> Directory:
        return self.server.directory

    async def drill(self, channel: int = CHANNEL, *, discussion: bool = False, ping: str | None = None) -> None:
        """A drill is active in a channel."""
        async with self.database.writing() as session:
            place = await meet_place(session, Place(SERVER, str(channel)))
            session.add(Drill(place_id=place, at=time(9), zone="UTC", days="mon", discussion=discussion, ping=ping))

    async def ask(self, *words: str, **environment: str) -> Done:
        """What the doctor says, beside this loop; of Discord and as objects unless other words are given."""
        given = {"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": self.server.url, "DATABASE_URL": plain(self.database.url)}
        given |= environment
        done = await asyncio.to_thread(consult, given, *(words or ("--json", "--only", "discord")))
        assert given["DISCORD_TOKEN"] not in done.said + done.complaint
        return done


@asynccontextmanager
async def clinic(database: Database) -> AsyncIterator[Clinic]:
    """A Discord that has been told this release's commands."""
    async with Server() as server:
        platform = connect({"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": server.url})
        assert not isinstance(platform, Off)
        await platform.start(Doorman())
        await platform.stop()
        yield Clinic(server, database)
        server.directory.talks.set()
