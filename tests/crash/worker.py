"""One process of the quiz: what `bot.app.run` puts together, on a time that passes faster, until it is killed."""

import asyncio
import gc
import os
import random
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters import discord, slack
from adapters.discord.pace import Pace as DiscordPace
from adapters.discord.platform import _WITHIN as DISCORD_WITHIN
from adapters.discord.platform import Discord
from adapters.slack.pace import Pace as SlackPace
from adapters.slack.platform import Slack
from adapters.slack.web import WITHIN as SLACK_WITHIN
from bot.bank import Bank
from bot.clock import Clock, Ticks, now, progressed
from bot.delivery import Delivery
from bot.listening import Ears, Rhythm
from bot.log import start as log_lines
from bot.metronome import Scheduler
from bot.ports import Hearing, Platform
from bot.quiz import Quiz
from bot.store.database import Database
from tests.crash.pacing import Pacing
from tests.crash.points import CALL, IDLE, READY, Doom, Watched, watch

# Whoever listened to Discord is gone without a word, most of the time: its lease is not to last for longer than it did.
_QUICK = Rhythm(lease=2.0, renewal=0.5, look=0.1, sign=0.3, again=0.5, margin=0.4)
SIGNS = (CALL, READY, IDLE)


@dataclass(frozen=True, slots=True)
class Life:
    """What a process lives with. `dies_at` is one of `points.POINTS`, at the `nth` time; nothing where it is killed."""

    database: Database
    bank: Bank
    environment: Mapping[str, str]
    pacing: Pacing
    dies_at: str = ""
    nth: int = 1


def live(life: Life, says: int, lifeline: int) -> None:
    """Run until killed. `says` tells the supervisor what happened; the process ends with whoever holds `lifeline`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    random.seed()
    log_lines("WARNING")

    async def until_killed() -> None:
        asyncio.get_running_loop().add_reader(lifeline, os._exit, 1)
        doom = Doom(life.dies_at, life.nth, says)
        if life.dies_at:
            watch(doom)
        async with _working(life, doom):
            doom.say(READY)
            await asyncio.Event().wait()

    asyncio.run(until_killed())


async def rehearse(life: Life, seconds: float) -> None:
    """Live for so many real seconds: what is compiled and remembered meanwhile, forks need not do again."""
    async with _working(life, Doom("", 0, -1)):
        await asyncio.sleep(seconds)


@asynccontextmanager
async def _working(life: Life, doom: Doom) -> AsyncIterator[None]:
    """The quiz at work, as `bot.app.run` has it."""
    pacing = life.pacing
    platforms = [Watched(platform, doom) for platform in (_discord(life), _slack(life))]
    named: Mapping[str, Platform] = {platform.name: platform for platform in platforms}
    delivery = Delivery(life.database, life.bank, named, pacing.now, progressed)
    usual = Ticks()
    ticks = Ticks(*(pacing.real(each) for each in (usual.send, usual.recover, usual.plan)))
    ticking = Clock(Scheduler(), _Telling(delivery, doom), ticks)
    quiz = Quiz(life.database, life.bank, pacing.now, ticking)
    ears = [Ears(life.database, each, now, _QUICK) for each in platforms if each.hearing is Hearing.SOLE]
    for platform in platforms:
        await platform.start(quiz)
    for ear in ears:
        await ear.start()
    for platform in platforms:
        if platform.hearing is not Hearing.SOLE:
            await platform.listen()
    gc.freeze()
    ticking.start()
    yield
    delivery.rest()
    await ticking.stop()
    for ear in ears:
        await ear.stop(0.0)
    for platform in platforms:
        await platform.stop()
    await quiz.finish(1.0)
    await life.database.close()


class _Telling:
    """The sweep, and a word to the supervisor whenever there is nothing more to send."""

    def __init__(self, delivery: Delivery, doom: Doom) -> None:
        self._doom = doom
        self.plan, self.recover, self._send = delivery.plan, delivery.recover, delivery.send

    async def send(self) -> None:
        await self._send()
        self._doom.say(IDLE)


def _discord(life: Life) -> Platform:
    """With every time of the delivery scaled; what people wait for stays as it is."""
    variables = discord.DiscordVariables.read(life.environment)
    assert variables.discord_token is not None
    pacing = life.pacing
    within = pacing.real(DISCORD_WITHIN)
    platform = Discord(
        variables.discord_token, variables.discord_api_url, within=within, sleep=pacing.sleep, clock=pacing.clock
    )
    platform._pace = DiscordPace(pacing.clock, pacing.sleep)
    return platform


def _slack(life: Life) -> Platform:
    platform = slack.connect(life.environment)
    assert isinstance(platform, Slack)
    pacing = life.pacing
    platform.pace = SlackPace(pacing.clock, pacing.sleep)
    platform.within = pacing.real(SLACK_WITHIN)
    return platform
