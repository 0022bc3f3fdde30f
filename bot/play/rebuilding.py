"""Counting again: scores from the log of answers, standings from the scores. Both are kept, and must be the same."""

from dataclasses import dataclass

from bot.domain.disputing import best_credit
from bot.domain.grading import judge
from bot.domain.scoring import points
from bot.store import answers, hints, links, presence, rounds, scores, standings
from bot.store.database import Session
from bot.store.models import Answer, Round
from bot.store.scores import Worth


@dataclass(frozen=True, slots=True)
class Recounted:
    """How many closed rounds of a workspace were looked at, and how many of its scores and standings were not what the
    log adds up to. They are by now.
    """

    rounds: int
    scores: int
    standings: int


async def worths(session: Session, this: Round) -> dict[int, Worth]:
    """What everybody's last answer before the close of a round is worth, by person."""
    [found] = await graded(session, this, this.accepted)
    return found


async def graded(session: Session, this: Round, *ways: tuple[str, ...]) -> list[dict[int, Worth]]:
    """The same for each way to accept answers: nothing is worth anything where none is accepted."""
    hinted = await hints.used_in(session, this.id)
    last = await answers.last_answers(session, this.id)
    return [
        {each.person_id: _worth(this, each, keys, hinted=each.person_id in hinted) for each in last if keys}
        for keys in ways
    ]


def _worth(this: Round, answer: Answer, keys: tuple[str, ...], *, hinted: bool) -> Worth:
    """What somebody's last answer is worth, by the accepted answer that it is nearest to."""
    earned = best_credit(this.kind, keys, answer.choice)
    return Worth(answer.choice, answer.sure, judge(earned), points(earned, sure=answer.sure, hinted=hinted), hinted)


async def rebuild(session: Session, workspace_id: int) -> Recounted:
    """Make the scores and the standings of a workspace what the log of answers adds up to."""
    closed = await rounds.closed_of(session, workspace_id)
    await links.hold_all(session, workspace_id)
    wrong = 0
    for this in closed:
        wrong += await scores.make(session, this.id, await worths(session, this))
    return Recounted(len(closed), wrong, await standings.recount(session, workspace_id))


async def workspaces(session: Session) -> list[int]:
    """Every workspace that there is, by its row."""
    return [*await presence.all_ids(session)]
