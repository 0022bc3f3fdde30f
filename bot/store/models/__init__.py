"""Every table, under one name.

Relationships never load by themselves (`lazy="raise"`): a query says what it needs. The database's own constraints,
not a look before the write, keep double clicks and rival processes from doing a thing twice.
"""

from bot.store.columns import Base
from bot.store.models.boards import Board, BoardSum, Standing
from bot.store.models.disputes import Dispute
from bot.store.models.houses import VERSION, Drill, Keeper, Leave, Person, Place, Workspace
from bot.store.models.links import House, LinkCode, Player
from bot.store.models.rounds import Answer, HintUsed, Posting, Round, Score
from bot.store.models.running import Installation, Listening
from bot.store.models.teams import Member, Team, TeamStanding, TeamSum

__all__ = [
    "VERSION",
    "Answer",
    "Base",
    "Board",
    "BoardSum",
    "Dispute",
    "Drill",
    "HintUsed",
    "House",
    "Installation",
    "Keeper",
    "Leave",
    "LinkCode",
    "Listening",
    "Member",
    "Person",
    "Place",
    "Player",
    "Posting",
    "Round",
    "Score",
    "Standing",
    "Team",
    "TeamStanding",
    "TeamSum",
    "Workspace",
]
