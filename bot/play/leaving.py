"""Leaving a workspace and coming back: what rests meanwhile, what is erased, what goes on.

While we are away nothing of the workspace is planned, sent, looked into or closed: the queries of the sweep leave it
out. Its rows are kept as they are, and erased after `KEPT`.
"""

from datetime import datetime, timedelta

from bot.domain import sending
from bot.domain.identity import Workspace
from bot.domain.rounds import DrillState
from bot.play.posting import GRACE, plan_drill
from bot.play.revealing import close
from bot.store import drills, linking, places, postings, presence, rounds
from bot.store.database import Session

JUST_NOW = timedelta(minutes=2)  # for which whoever asks may have been heard by somebody who does not know it yet
KEPT = timedelta(days=30)  # how long what belongs to a workspace is kept once we have left it


async def leave(session: Session, workspace: Workspace, now: datetime) -> None:
    """We are in a workspace no more, and it is linked with none. Saying so twice changes nothing, nor does it for a
    workspace never met.
    """
    row = await places.find_workspace(session, workspace)
    if row is not None:
        await linking.unlink_workspaces(session, row.id)
        await linking.drop_codes(session, row.id)
    await presence.mark_left(session, workspace, now)


async def come_back(session: Session, workspace: Workspace, now: datetime) -> bool:
    """We are in a workspace again; whether we had left it.

    Its drills go on as after a pause: what was planned is planned anew from now on, and days whose time has passed
    stay without a question. A question whose time has not ended stays open. One that ended longer ago than a late
    message would still be of use (`GRACE`) is closed without one: its points are fixed and its own message shows the
    answer, which calls nobody, and its reveal is not sent, unless a keeper says `reveal` within a week of its end.
    Nor is what was about to be sent then; what may stand already is held, so that a press on it still proves it.
    """
    workspace_id = await presence.mark_joined(session, workspace)
    if workspace_id is None:
        return False
    for this in await rounds.lock_open_rounds(session, workspace_id, now - GRACE):
        await close(session, this, now)
    for drill in await drills.lock_drills(session, workspace_id):
        await drills.forget_plans(session, drill)
        if drill.state is DrillState.ACTIVE:
            await plan_drill(session, drill, now, earliest=now)
    for posting in await postings.lock_stale(session, workspace_id, now - GRACE, now):
        posting.progress = sending.given_up(posting.progress, "its time passed while we were away")
    return True


async def erase(session: Session, workspace_id: int, now: datetime) -> None:
    """Erase everything of a workspace that was left long enough ago."""
    await presence.erase(session, workspace_id, now - KEPT)
