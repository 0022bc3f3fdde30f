"""A press on a message of ours proves that it stands, whatever was known of it."""

from bot.domain import sending
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.play.asked import Asked
from bot.play.outcome import keep
from bot.store import places, postings
from bot.store.database import Session


async def is_news(session: Session, round_id: int, kind: PostingKind, asked: Asked) -> bool:
    """Whether it is not yet known that the pressed message stands for this round; or another is, whose copy it is.
    What stands in a conversation with one person is nobody's posting.
    """
    if asked.pressed is None or asked.place.personal:
        return False
    known = await postings.shown(session, round_id, kind)
    return known is not None and known != (PostingState.SENT, asked.pressed.message)


async def adopt(session: Session, round_id: int, kind: PostingKind, asked: Asked, *, wait: bool = True) -> bool:
    """Keep the pressed message as that of a round; whether anything has changed. Where another message is known to
    stand, this one is a copy, to be removed. Without `wait` only if nobody holds the posting just now.

    After a restore a reveal may stand whose round is open again: that is closed first, for its points.
    """
    posting = await postings.posting_of(session, round_id, kind, wait=wait)
    if posting is None or asked.pressed is None or asked.pressed.place != places.address(posting.round.place):
        return False
    if kind is PostingKind.REVEAL and posting.round.state is RoundState.OPEN:
        return False
    return await keep(session, posting, sending.pressed(posting.progress, asked.pressed.message, asked.now), asked.now)
