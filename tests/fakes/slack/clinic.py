"""An installation for `doctor` to look at: a database, and this Slack."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time

from bot.domain.identity import Place, Workspace
from bot.store.database import Database
from bot.store.models import Drill
from bot.store.places import meet_place
from tests.consulting import Done, consult, plain
from tests.fakes.slack.people import APP_TOKEN, BOT_TOKEN, CHANNEL, TEAM, Channel
from tests.fakes.slack.server import FakeSlack


@dataclass(frozen=True, slots=True)
class Clinic:
    """Both together."""

    slack: FakeSlack
    database: Database

    def channel(self, id_: str, *, member: bool = True, archived: bool = False) -> Channel:
        """One more channel."""
        made = Channel(id_, id_.lower(), member=member, archived=archived)
        self.slack.workspace.channels[id_] = made
        return made

    async def drill(self, channel: str = CHANNEL, team: str = TEAM) -> None:
        """A drill is active in a channel."""
        async with self.database.writing() as session:
            place = await meet_place(session, Place(Workspace("slack", team), channel))
            session.add(Drill(place_id=place, at=time(9), zone="UTC", days="mon"))

    async def ask(self, *words: str, **environment: str) -> Done:
        """What the doctor says, beside this loop; of Slack and as objects unless other words are given."""
        given = {**self.slack.environment, "DATABASE_URL": plain(self.database.url), **environment}
        done = await asyncio.to_thread(consult, given, *(words or ("--json", "--only", "slack")))
        for secret in (BOT_TOKEN, APP_TOKEN, "sesame"):
            assert secret not in done.said + done.complaint
        return done


@asynccontextmanager
async def clinic(database: Database) -> AsyncIterator[Clinic]:
    """A Slack whose app was made from the manifest."""
    async with FakeSlack() as slack:
        yield Clinic(slack, database)
