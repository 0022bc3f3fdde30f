"""A house full of drills, written down together: to set up ten thousand one by one would take longer than they do."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.domain import identity
from bot.domain.rounds import PostingKind
from bot.store.database import Database
from bot.store.models import Drill, Place, Posting, Round, Workspace


async def record(database: Database, places: Sequence[identity.Place], due_at: datetime) -> None:
    """A daily drill in every place, whose question of that day is due at that time in UTC and planned."""
    day, at = due_at.date(), time(due_at.hour, due_at.minute)
    async with database.writing() as session:
        homes = {
            each.workspace: Workspace(platform=each.workspace.platform, external_id=each.workspace.id)
            for each in places
        }
        session.add_all(homes.values())
        await session.flush()
        rows = [Place(workspace_id=homes[each.workspace].id, channel=each.channel) for each in places]
        session.add_all(rows)
        await session.flush()
        planned = day + timedelta(days=3)
        session.add_all(Drill(place_id=row.id, at=at, zone="UTC", days="daily", planned_to=planned) for row in rows)
        rounds = [Round(place_id=row.id, day=day, due_at=due_at) for row in rows]
        session.add_all(rounds)
        await session.flush()
        session.add_all(
            Posting(round_id=this.id, place_id=this.place_id, kind=PostingKind.QUESTION, due_at=due_at)
            for this in rounds
        )
