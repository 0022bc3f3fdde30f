"""The tables of teams: who is in one, and what its people add up to for it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text
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
    __table_args__ = (Index(None, "team_id", "joined_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    joined_at: Mapped[datetime]


_LIFELONG = text("last IS NOT NULL")


class TeamStanding(Base):
    """What one person adds up to for one team on one board, whether or not they are still in it; and on a board of all
    time the `last` day on which they scored for it, and whether they are still in it: `present`.
    """

    __tablename__ = "team_standing"
    __table_args__ = (
        Index(
            "ix_team_standing_last",
            *("board_id", "last", "team_id", "person_id", "present"),
            sqlite_where=_LIFELONG,
            postgresql_where=_LIFELONG,
        ),
        {"sqlite_with_rowid": False},
    )

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True, index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    points: Mapped[int]
    right: Mapped[int]
    rounds: Mapped[int]
    last: Mapped[date | None] = mapped_column(default=None)
    present: Mapped[bool] = mapped_column(default=False, server_default=false())


class TeamSum(Base):
    """What the people of one team add up to for it on one board, and how many they are."""

    __tablename__ = "team_sum"
    __table_args__ = ({"sqlite_with_rowid": False},)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True, index=True)
    points: Mapped[int]
    people: Mapped[int]
