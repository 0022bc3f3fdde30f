"""Setting a drill up and running it: its settings, pauses, and asking now instead of later."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from itertools import islice

from bot.bank import Bank
from bot.commands import Setup
from bot.domain.calendar import (
    due_days,
    find_zone,
    local_day,
    parse_day,
    parse_time,
    parse_weekdays,
    say_weekdays,
    zone_names,
)
from bot.domain.rounds import DrillState
from bot.play.asked import Asked, NotAllowed, NotSetUp, drill_here, drill_to_keep, may_keep
from bot.play.posting import plan_drill
from bot.play.rhythm import ranked, rhythm, topics
from bot.store import drills, places, rounds
from bot.store.database import Session
from bot.store.models import Drill

DEFAULT_AT, DEFAULT_DAYS = "09:00", "mon-fri"
ON, OFF = "on", "off"
SHOWN_AHEAD = 3
LONGEST_PAUSE = timedelta(days=366)
_NOBODY = ("off", "none", "nobody")
_ID = re.compile(r"(?!everyone$|here$|channel$)\w{1,64}", re.ASCII)  # of a group, and never all at once


@dataclass(frozen=True, slots=True)
class Settings:
    """A drill's settings as a person reads and types them. `topics` is empty for all; `version` is the workspace's.

    `ping` is the platform's id of those whom a question notifies, or nothing.
    """

    at: str
    zone: str
    days: str
    topics: str
    version: str
    ping: str = ""
    discussion: str = OFF


@dataclass(frozen=True, slots=True)
class AskSettings:
    """What to ask for, filled in with what is known; `versions` are those the bank has questions for."""

    settings: Settings
    versions: tuple[str, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class BadSetting:
    """A value that could not be understood, and what may have been meant."""

    name: str
    said: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """The drill as it now stands, with its next questions. `questions` counts those it can draw from.

    `paused_to` is the day on which a pause ends by itself. `lacks` names the rights to post here that are missing;
    `is_silent`: the quiz may not notify the group that it is to notify; `threads`: messages here can have any; `invite`
    is what to say to have it in the channel, where it is not.
    """

    settings: Settings
    state: DrillState
    is_new: bool
    next_at: tuple[datetime, ...]
    questions: int
    paused_to: date | None = None
    lacks: tuple[str, ...] = ()
    is_silent: bool = False
    threads: bool = True
    invite: str = ""


async def set_up(
    session: Session, bank: Bank, asked: Asked, command: Setup
) -> AskSettings | BadSetting | Ready | NotAllowed:
    """Make or change the drill here. Whoever makes one, or starts it again, becomes its keeper."""
    drill = await drill_here(session, asked)
    if not await may_keep(session, asked, drill):
        return NotAllowed()
    version = await places.version_of(session, asked.place.workspace)
    known = _settings(drill, version) if drill else Settings(DEFAULT_AT, "", DEFAULT_DAYS, "", version)
    said = Settings(
        command.at or known.at,
        command.zone or known.zone,
        command.days or known.days,
        command.topics or known.topics,
        command.version or known.version,
        command.ping or known.ping,
        command.discussion or known.discussion,
    )
    if command == Setup() or not said.zone:
        zone = said.zone or asked.place.zone or "UTC"
        return AskSettings(replace(said, zone=zone), bank.versions, is_new=drill is None)
    settings = _understand(bank, said)
    if isinstance(settings, BadSetting):
        return settings
    kept = await _keep(session, asked, drill, settings, stays=_is_detail(command))
    return await _ready(session, bank, kept, asked, is_new=drill is None)


def _understand(bank: Bank, said: Settings) -> Settings | BadSetting:
    """The settings in the one form they are stored in, or the first that makes no sense."""
    at, zone, days = parse_time(said.at), find_zone(said.zone), parse_weekdays(said.days)
    if at is None:
        return BadSetting("at", said.at)
    if zone is None:
        return BadSetting("zone", said.zone, _near_zones(said.zone))
    if days is None:
        return BadSetting("days", said.days)
    words = said.topics.lower().replace(",", " ").split()
    chosen = [] if words in ([], ["all"]) else list(dict.fromkeys(words))
    for word in chosen:
        if word not in bank.topics:
            near = get_close_matches(word, bank.topics, n=3, cutoff=0.5)
            return BadSetting("topics", word, tuple(near) or tuple(bank.topics))
    if said.version not in bank.versions:
        return BadSetting("version", said.version, bank.versions)
    ping = "" if said.ping.lower() in _NOBODY else said.ping
    if ping and not _ID.fullmatch(ping):
        return BadSetting("ping", said.ping)
    if said.discussion not in (ON, OFF):
        return BadSetting("discussion", said.discussion, (ON, OFF))
    return replace(said, at=f"{at:%H:%M}", zone=zone, days=say_weekdays(days), topics=",".join(chosen), ping=ping)


def _near_zones(typed: str) -> tuple[str, ...]:
    """Zone names that end like what was typed, as `berlin` does, or look like it."""
    cities = {name.rsplit("/", 1)[-1].lower(): name for name in zone_names()}
    wanted = typed.strip().lower().replace(" ", "_").rsplit("/", 1)[-1]
    near = get_close_matches(wanted, cities, n=3, cutoff=0.6)
    return tuple(cities[city] for city in near)


def _is_detail(command: Setup) -> bool:
    """Whether a change says nothing of when and what is asked, so that a paused drill stays paused."""
    return not (command.at or command.zone or command.days or command.topics)


async def _keep(session: Session, asked: Asked, drill: Drill | None, settings: Settings, *, stays: bool) -> Drill:
    at = time.fromisoformat(settings.at)
    rests = drill is not None and drill.state is not DrillState.ACTIVE
    starts = drill is None or (rests and not stays)
    if drill is None:
        place_id = await places.meet_place(session, asked.place)
        drill = Drill(place_id=place_id, at=at, zone=settings.zone, days=settings.days, topics=settings.topics)
        session.add(drill)
        await session.flush()
    else:
        await places.meet_place(session, asked.place)  # of which the platform may say something else by now
        drill.at, drill.zone, drill.days, drill.topics = at, settings.zone, settings.days, settings.topics
        drill.trouble = drill.told = None
        await drills.forget_plans(session, drill)
    if starts:
        drill.state, drill.paused_to = DrillState.ACTIVE, None
        await _make_keeper(session, asked, drill)
    drill.ping, drill.discussion = settings.ping or None, settings.discussion == ON and asked.place.threads
    await places.set_version(session, asked.place.workspace, settings.version)
    if drill.state is DrillState.ACTIVE:
        await plan_drill(session, drill, asked.now, earliest=asked.now)
    return drill


async def _make_keeper(session: Session, asked: Asked, drill: Drill) -> None:
    """Whoever starts a drill is told of its troubles, and may administer it where the platform names no managers."""
    person_id = await places.meet_person(session, asked.person)
    await drills.add_keeper(session, drill.id, person_id, named=asked.person.manages is None)


def _settings(drill: Drill, version: str) -> Settings:
    discussion = ON if drill.discussion else OFF
    return Settings(f"{drill.at:%H:%M}", drill.zone, drill.days, drill.topics, version, drill.ping or "", discussion)


async def _ready(session: Session, bank: Bank, drill: Drill, asked: Asked, *, is_new: bool) -> Ready:
    version, now = await places.version_of(session, asked.place.workspace), asked.now
    latest = await rounds.latest_round(session, drill.place_id)
    days = due_days(rhythm(drill), local_day(now, drill.zone))
    coming = (due for day, due in days if due > now and (latest is None or day > latest.day))
    next_at = tuple(islice(coming, SHOWN_AHEAD)) if drill.state is DrillState.ACTIVE else ()
    questions = len(ranked(bank, version, topics(drill)))
    settings, place = _settings(drill, version), asked.place
    return Ready(
        settings,
        drill.state,
        is_new,
        next_at,
        questions,
        drill.paused_to,
        place.lacks,
        is_silent=settings.ping in place.silent,
        threads=place.threads,
        invite=place.invite,
    )


async def change_state(
    session: Session, bank: Bank, asked: Asked, state: DrillState, until: str | None = None
) -> Ready | BadSetting | NotSetUp | NotAllowed:
    """Pause, resume or stop the drill here, a pause perhaps until a day. An open question stays open to its end."""
    drill = await drill_to_keep(session, asked)
    if not isinstance(drill, Drill):
        return drill
    today = local_day(asked.now, drill.zone)
    day = parse_day(until, today) if until else None
    if until and (day is None or not today < day <= today + LONGEST_PAUSE):
        return BadSetting("until", until)
    if state is DrillState.PAUSED and drill.state is DrillState.STOPPED:  # what has ended does not come back by itself
        return await _ready(session, bank, drill, asked, is_new=False)
    if state is DrillState.ACTIVE and drill.state is not state:
        await _make_keeper(session, asked, drill)
    drill.state, drill.paused_to = state, day
    await drills.forget_plans(session, drill)
    if state is DrillState.ACTIVE:
        await plan_drill(session, drill, asked.now, earliest=asked.now)
    return await _ready(session, bank, drill, asked, is_new=False)
