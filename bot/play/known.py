"""What this process knows of rounds: as they stand within a transaction, and of the open ones for a moment after it."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.bank import Bank
from bot.domain.identity import Workspace
from bot.domain.rounds import RoundState
from bot.play.posting import OpenQuestion, show
from bot.store import postings, rounds
from bot.store.database import Session
from bot.store.rounds import AskedRound

_FOR = timedelta(seconds=5)  # for which a receipt may still tell what a keeper has just changed, as the zone of a time
_MANY = 10_000  # rounds; a few of a busy hour's at most were answered within the last seconds


class Known(NamedTuple):
    """A round as it stands now, with the workspace it belongs to; `shown` where it is open and can be shown."""

    this: AskedRound
    workspace: Workspace
    shown: OpenQuestion | None


async def keep_rounds(session: Session, bank: Bank, round_ids: AbstractSet[int]) -> dict[int, Known]:
    """These rounds, kept from closing. For those that are not open we first make sure that nobody is just sending them,
    in the order of locks that whoever sends them keeps to.
    """
    found = await rounds.keep_from_closing(session, round_ids, if_open=True)
    if others := round_ids - found.keys():
        await postings.lock_unconfirmed(session, others)
        found = {**found, **await rounds.keep_from_closing(session, others)}
    return {number: _known(bank, this) for number, this in found.items()}


def _known(bank: Bank, this: AskedRound) -> Known:
    shown = show(bank, this, this) if this.reveal and this.state is RoundState.OPEN else None
    return Known(this, Workspace(this.platform, this.workspace), shown)


class Memory:
    """Open rounds, as they were when somebody answered them a moment ago. What is done in view of one has to see for
    itself what may have changed since: whether it is open, and whether its tally is due.
    """

    def __init__(self) -> None:
        """Remembers nothing yet."""
        self._rounds: dict[int, tuple[Known, datetime]] = {}

    def keep(self, rounds: Iterable[Known], now: datetime) -> None:
        """Remember these for a moment from now on."""
        if len(self._rounds) > _MANY:
            self._rounds.clear()
        self._rounds |= {known.this.id: (known, now + _FOR) for known in rounds}

    def recall(self, round_id: int, now: datetime) -> Known | None:
        """A round, if it was seen a moment ago."""
        known, until = self._rounds.get(round_id, (None, now))
        return known if now < until else None
