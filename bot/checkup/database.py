"""What `doctor` finds out about the database: its tables, its state, what waits in it and what is sealed in it."""

from datetime import UTC, datetime, timedelta

from bot.clock import now
from bot.domain.calendar import zone
from bot.domain.rounds import PostingKind
from bot.findings import Drilled, Finding, Level
from bot.settings import Settings
from bot.store.condition import Condition, Waiting, coming, condition, held
from bot.store.database import Database, Session, told
from bot.store.drills import active_drills
from bot.store.installations import all_sealed
from bot.store.migrations import Tables, tables
from bot.store.places import address
from bot.vault import SealedVault

_TITLE = "Database"
_MIGRATE = "Run: python -m bot migrate"
_KEYS = "Set SECRET_KEYS to the keys they were sealed with, the newest first; without them each must add the app again."
_RESTORE = "Stop the bot, and put a backup back: python -m bot restore FILE. The damaged file is kept."
_LOOK = (
    "Have a keeper look in the channel. If it stands, press one of its letters; if it does not, say /sqla-quiz post "
    "there, or reveal for an answer."
)
_NEXT, _HELD = 5, 3  # shown
_LATELY = timedelta(days=7)  # older ones wait for nobody any more
_LATE = timedelta(minutes=5)


async def look(settings: Settings, at: datetime) -> tuple[tuple[Finding, ...], tuple[Drilled, ...] | None]:
    """What is found, and the active drills where they can be read."""
    url = settings.database_url
    own, where = url.startswith("sqlite"), told(url)
    match await tables(url):
        case Tables.CURRENT:
            return await _inside(settings, at)
        case Tables.MISSING:
            seen = f"{where} is not there yet; the bot makes it when it starts"
            return (Finding(Level.WARN, _TITLE, seen, f"Nothing to do, or make it now. {_MIGRATE}"),), ()
        case Tables.OLDER if own:
            seen = f"{where} has tables of an older release, or none; the bot brings them up when it starts"
            return (Finding(Level.WARN, _TITLE, seen, f"Nothing to do, or bring them up now. {_MIGRATE}"),), None
        case Tables.OLDER:
            seen = f"{where} has tables of an older release, or none, and the bot does not start on them"
            return (Finding(Level.FAIL, _TITLE, seen, _MIGRATE),), None
        case Tables.FOREIGN:
            seen = f"{where} has tables that this release does not know: a later one made them, or another program"
            fix = "Run the release that made them, or set DATABASE_URL to another database."
            return (Finding(Level.FAIL, _TITLE, seen, fix),), None


async def _inside(settings: Settings, at: datetime) -> tuple[tuple[Finding, ...], tuple[Drilled, ...] | None]:
    """What is found in a database of this release."""
    where, database = told(settings.database_url), Database(settings.database_url)
    try:
        async with database.reading() as session:
            state = await condition(session)
            if state.damage:
                return (Finding(Level.FAIL, _TITLE, f"{where} is damaged: {state.damage}", _RESTORE),), None
            active = await active_drills(session)
            posts = [await _held(session, at), await _coming(session, at)]
        drills = tuple(Drilled(address(drill.place), drill.discussion, drill.ping) for drill in active)
        counted = "1 active drill" if len(drills) == 1 else f"{len(drills)} active drills"
        found = Finding(Level.OK, _TITLE, f"{where} has the tables of this release; {counted}")
        return (found, _state(state), *posts, *await _secrets(database, settings)), drills
    finally:
        await database.close()


def _state(found: Condition) -> Finding:
    seen = f"{found.engine}, {found.size / 1e6:,.1f} MB"
    if not found.lasting:
        return Finding(Level.WARN, "Storage", f"{seen}; a power cut may take what was committed last", _MIGRATE)
    whole = "whole; " if found.looked else ""
    return Finding(Level.OK, "Storage", f"{seen}; {whole}what is committed stays, even in a power cut")


async def _held(session: Session, at: datetime) -> Finding:
    """What nobody can tell the fate of."""
    count, latest = await held(session, at - _LATELY, _HELD)
    if not count:
        return Finding(Level.OK, "Held posts", "none")
    more = f" and {count - len(latest)} more" if count > len(latest) else ""
    seen = f"of {count} nobody can tell whether they stand: {'; '.join(map(_told, latest))}{more}"
    return Finding(Level.WARN, "Held posts", seen, _LOOK)


async def _coming(session: Session, at: datetime) -> Finding:
    posts = await coming(session, _NEXT)
    if not posts:
        return Finding(Level.OK, "Next posts", "none is planned; the bot plans two days ahead while it runs")
    seen = "; ".join(map(_told, posts))
    if posts[0].due_at < at - _LATE:
        fix = (
            "Start the bot, or look into its log. In a channel whose question is still open the next one waits for it."
        )
        return Finding(Level.WARN, "Next posts", f"overdue: {seen}", fix)
    return Finding(Level.OK, "Next posts", seen)


def _told(post: Waiting) -> str:
    """A posting in words: where, and when by the clocks there and in UTC."""
    whats = {PostingKind.REVEAL: "the answer in ", PostingKind.CORRECTION: "the correction in "}
    what = whats.get(post.kind, "")
    local, utc = post.due_at.astimezone(zone(post.zone)), post.due_at.astimezone(UTC)
    place = f"{post.place.workspace.platform} {post.place.channel}"
    return f"{what}{place} {local:%a %d %b %H:%M} {post.zone} ({utc:%H:%M} UTC)"


async def _secrets(database: Database, settings: Settings) -> tuple[Finding, ...]:
    """Whether what workspaces gave us can be opened; nothing to say where none gave anything and there are no keys."""
    ring = settings.ring()
    if ring is None:
        async with database.reading() as session:
            kept = len(await all_sealed(session))
        seen = f"{kept} workspaces gave tokens that are sealed, and there are no keys to open them"
        return (Finding(Level.FAIL, "SECRET_KEYS", seen, _KEYS),) if kept else ()
    kept, shut, old = await SealedVault(database, ring, now).look()
    if shut:
        return (Finding(Level.FAIL, "SECRET_KEYS", f"{shut} of {kept} sealed tokens cannot be opened", _KEYS),)
    if old:
        seen = f"all {kept} sealed tokens can be opened, {old} of them with an older key only"
        return (Finding(Level.WARN, "SECRET_KEYS", seen, "Run: python -m bot secrets rotate"),)
    return (Finding(Level.OK, "SECRET_KEYS", f"readable; all {kept} sealed tokens can be opened"),)
