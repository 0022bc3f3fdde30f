"""What `python -m bot doctor` says of the channels that have a drill: there, allowed, reached in time."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from adapters.discord.doctor import examine
from adapters.discord.permissions import DISCUSSION, NEEDED
from bot.domain.identity import Place, Workspace
from bot.findings import Drilled, Known, Level
from bot.store.database import Database
from tests.fakes.discord.clinic import Clinic
from tests.fakes.discord.clinic import clinic as opened
from tests.fakes.discord.directory import EMBED, EVERYTHING, HISTORY, IN_THREADS, MENTION, QUIZZERS, SEND, THREADS, VIEW
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.world import APPLICATION, CHANNEL, GUILD

pytestmark = pytest.mark.sqlite_only("the platform is asked, and no row")

INVITATION = (
    f"https://discord.com/oauth2/authorize?client_id={APPLICATION}&scope=bot+applications.commands&permissions="
)


@pytest.fixture
async def clinic(database: Database) -> AsyncIterator[Clinic]:
    async with opened(database) as clinic:
        yield clinic


@pytest.mark.parametrize(
    ("denied", "lacking"),
    [
        (SEND, "Send Messages"),
        (EMBED, "Embed Links"),
        (HISTORY, "Read Message History"),
        (EMBED | HISTORY, "Embed Links, Read Message History"),
        (VIEW, "View Channel"),
    ],
)
async def test_what_may_not_be_done_in_a_channel_is_named(clinic: Clinic, denied: int, lacking: str) -> None:
    await clinic.drill()
    clinic.directory.denied = denied
    done = await clinic.ask()
    found = done.of(f"Channel {CHANNEL} in a server" if denied == VIEW else "#quiz in a server")
    assert (done.status, found["level"], found["seen"]) == (1, "fail", f"the bot lacks {lacking}")
    assert found["fix"] == f"Edit Channel → Permissions → Advanced permissions → + → sqla-quiz: allow {lacking}."


async def test_a_permission_that_is_lacking_in_the_whole_server_can_be_mended_there(clinic: Clinic) -> None:
    await clinic.drill()
    clinic.directory.role = EVERYTHING & ~EMBED
    found = (await clinic.ask()).of("#quiz in a server")
    assert found["seen"] == "the bot lacks Embed Links"
    assert "Server Settings → Roles → sqla-quiz → Permissions" in found["fix"]
    clinic.directory.allowed = EMBED
    assert (await clinic.ask()).of("#quiz in a server")["level"] == "ok", (
        "the channel may allow what the server does not"
    )
    clinic.directory.timed_out = True
    found = (await clinic.ask()).of("#quiz in a server")
    assert (found["level"], "Remove Timeout" in found["fix"]) == ("fail", True)


async def test_threads_are_needed_only_where_reveals_open_them(clinic: Clinic) -> None:
    clinic.directory.denied = THREADS | IN_THREADS
    clinic.server.world.channels[CHANNEL + 1] = GUILD
    await clinic.drill()
    await clinic.drill(CHANNEL + 1, discussion=True)
    first, second = [each for each in (await clinic.ask()).found if each["title"] == "#quiz in a server"]
    assert first["level"] == "ok"
    assert second["seen"] == "the bot lacks Create Public Threads, Send Messages in Threads"


async def test_a_role_that_cannot_be_notified_is_told(clinic: Clinic) -> None:
    await clinic.drill(ping=str(QUIZZERS))
    done = await clinic.ask()
    found = done.of("#quiz in a server")
    assert (done.status, found["level"]) == (0, "warn")
    assert found["seen"] == "its questions cannot notify quizzers, which not everybody may mention"
    assert "Roles → quizzers" in found["fix"]
    clinic.directory.allowed = MENTION
    assert (await clinic.ask()).of("#quiz in a server")["level"] == "ok"
    clinic.directory.allowed, clinic.directory.mentionable = 0, True
    assert (await clinic.ask()).of("#quiz in a server")["level"] == "ok"
    clinic.directory.has_quizzers = False
    assert "is gone" in (await clinic.ask()).of("#quiz in a server")["seen"]


async def test_a_drill_in_a_thread_needs_to_write_in_threads(clinic: Clinic) -> None:
    thread = clinic.server.world.thread(CHANNEL)
    await clinic.drill(thread)
    clinic.directory.denied = SEND | THREADS
    assert (await clinic.ask()).of("#quiz talk in a server")["level"] == "ok"
    clinic.directory.denied = IN_THREADS
    assert (await clinic.ask()).of("#quiz talk in a server")["seen"] == "the bot lacks Send Messages in Threads"


async def test_a_channel_that_is_gone_is_told(clinic: Clinic) -> None:
    await clinic.drill()
    clinic.server.world.channels.clear()
    done = await clinic.ask()
    found = done.of(f"Channel {CHANNEL} in a server")
    assert (done.status, found["level"]) == (1, "fail")
    assert "the channel is gone" in found["seen"]
    assert found["fix"].endswith("/sqla-quiz setup")


async def test_a_server_that_was_left_is_told_with_the_way_back(clinic: Clinic) -> None:
    await clinic.drill()
    clinic.directory.joined = False
    done = await clinic.ask()
    found = done.of(f"Server {GUILD}")
    assert (done.status, found["level"]) == (1, "fail")
    assert found["fix"] == f"Invite it again: {done.of('Invitation')['seen']}"


async def test_the_invitation_asks_for_what_is_needed_and_no_more(clinic: Clinic) -> None:
    url = (await clinic.ask()).of("Invitation")["seen"]
    assert url == f"{INVITATION}{EVERYTHING}"
    assert len(NEEDED) + len(DISCUSSION) == EVERYTHING.bit_count()


async def test_without_drills_there_is_no_channel_to_look_at(clinic: Clinic) -> None:
    done = await clinic.ask()
    assert (done.status, done.of("Channels")["seen"]) == (0, "no drill is active yet")


async def test_where_drills_cannot_be_read_the_rest_is_looked_at(clinic: Clinic) -> None:
    done = await clinic.ask(DATABASE_URL="postgresql://ada:open-sesame@127.0.0.1:1/quiz")
    assert (done.status, done.of("Channels")["level"], done.of("Token")["level"]) == (0, "warn", "ok")
    assert done.of("Channels")["fix"].endswith("python -m bot doctor --only core")
    assert "sesame" not in done.said


async def test_nobody_who_keeps_silent_is_waited_for(clinic: Clinic) -> None:
    await clinic.drill()
    clinic.directory.talks.clear()
    async with asyncio.timeout(20):  # far less than the minute that discord.py would wait
        done = await clinic.ask("--json", "--only", "discord", "--within", "0.5")
    assert (done.status, done.of("Token")["level"], done.of("Clock")["level"]) == (1, "ok", "ok")
    assert done.of(f"Server {GUILD}")["seen"] == "Discord does not say: no answer within 0.5 s"
    assert "https://discordstatus.com" in done.of(f"Server {GUILD}")["fix"]


async def test_many_silent_servers_are_given_up_together(clinic: Clinic) -> None:
    drills = tuple(
        Drilled(Place(Workspace("discord", str(GUILD + number)), "1"), discussion=False) for number in range(60)
    )
    clinic.directory.talks.clear()
    environment = {"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": clinic.server.url}
    found = [*await examine(environment, Known(drills, within=0.15))]
    (late,) = [each for each in found if each.title == "Channels"]
    told = re.fullmatch(r"(\d+) of 60 servers were not looked at within 0.9 s", late.seen)
    assert told is not None
    assert (late.level, late.fix) == (Level.WARN, "Run doctor again with a larger --within")
    assert len([each for each in found if each.title.startswith("Server ")]) == 60 - int(told[1])
