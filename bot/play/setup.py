"""Setting a drill up and running it: its settings, pauses, and asking now instead of later."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from bot.bank import Bank
from bot.commands import Setup
from bot.domain.calendar import due_days, local_day, parse_day
from bot.domain.rounds import DrillState
from bot.play.asked import Asked, NotAllowed, NotSetUp, drill_here, drill_to_keep, may_keep
from bot.play.drill_settings import BadSetting, Settings, keep, known, understand, with_wishes
from bot.play.posting import plan_drill
from bot.play.rhythm import ranked, rhythm, topics
from bot.store import drills, places, rounds
from bot.store.database import Session
from bot.store.models import Drill

SHOWN_AHEAD = 3
LONGEST_PAUSE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class AskSettings:
    """What to ask for, filled in with what is known; `versions` are those the bank has questions for."""

    settings: Settings
    versions: tuple[str, ...]
    is_new: bool


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
    said = with_wishes(known(drill, version), command)
    if command == Setup() or not said.zone:
        zone = said.zone or asked.place.zone or "UTC"
        return AskSettings(replace(said, zone=zone), bank.versions, is_new=drill is None)
    settings = understand(bank, said, asked.now)
    if isinstance(settings, BadSetting):
        return settings
    kept = await _keep(session, asked, drill, settings, stays=_is_detail(command))
    return await _ready(session, bank, kept, asked, is_new=drill is None)


def _is_detail(command: Setup) -> bool:
    """Whether a change says nothing of when and what is asked, so that a paused drill stays paused."""
    return not (command.at or command.zone or command.days or command.topics)


async def _keep(session: Session, asked: Asked, drill: Drill | None, settings: Settings, *, stays: bool) -> Drill:
    rests = drill is not None and drill.state is not DrillState.ACTIVE
    starts = drill is None or (rests and not stays)
    if drill is None:
        place_id = await places.meet_place(session, asked.place)
        drill = Drill(place_id=place_id, at=time(), zone=settings.zone, days=settings.days)
        keep(drill, settings, threads=asked.place.threads)
        session.add(drill)
        await session.flush()
    else:
        await places.meet_place(session, asked.place)  # of which the platform may say something else by now
        keep(drill, settings, threads=asked.place.threads)
        drill.trouble = drill.told = None
        await drills.forget_plans(session, drill)
    if starts:
        drill.state, drill.paused_to = DrillState.ACTIVE, None
        await _make_keeper(session, asked, drill)
    await places.set_version(session, asked.place.workspace, settings.version)
    if drill.state is DrillState.ACTIVE:
        await plan_drill(session, drill, asked.now, earliest=asked.now)
    return drill


async def _make_keeper(session: Session, asked: Asked, drill: Drill) -> None:
    """Whoever starts a drill is told of its troubles, and may administer it where the platform names no managers."""
    person_id = await places.meet_person(session, asked.person)
    await drills.add_keeper(session, drill.id, person_id, named=asked.person.manages is None)


async def _ready(session: Session, bank: Bank, drill: Drill, asked: Asked, *, is_new: bool) -> Ready:
    version, now = await places.version_of(session, asked.place.workspace), asked.now
    latest = await rounds.latest_round(session, drill.place_id)
    days = due_days(rhythm(drill), local_day(now, drill.zone))
    coming = (due for day, due in days if due > now and (latest is None or day > latest.day))
    next_at = tuple(islice(coming, SHOWN_AHEAD)) if drill.state is DrillState.ACTIVE else ()
    questions = len(ranked(bank, version, topics(drill)))
    settings, place = known(drill, version), asked.place
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
