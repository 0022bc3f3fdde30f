"""The tables of teams: who is in one, and what its people add up to for it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.teams import LONGEST
from bot.store.columns import Base


class Team(Base):
    """People of one workspace who compete together. `key` is the name without its case and width. No number is given
    twice: buttons carry it.
    """

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("workspace_id", "key"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(LONGEST))
    key: Mapped[str]


class Member(Base):
    """Somebody's place in a team. A person has one row or none, so that nobody is in two teams."""

    __tablename__ = "member"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    joined_at: Mapped[datetime]


class TeamStanding(Base):
    """What one person adds up to for one team on one board, whether or not they are still in it."""

    __tablename__ = "team_standing"
    __table_args__ = ({"sqlite_with_rowid": False},)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True, index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    points: Mapped[int]
    right: Mapped[int]
    rounds: Mapped[int]
