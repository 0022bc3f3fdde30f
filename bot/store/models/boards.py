"""What scores add up to."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.columns import Base

_NOWHERE = text("place_id IS NULL")
_OF_A_HOUSE = text("house_id IS NOT NULL")


class Board(Base):
    """What adds up on one board: the rounds of a place, or where none is named of the whole workspace, or of both
    workspaces of a house; from a day to another: a week, of which only the latest are kept, a season, or all that there
    ever are. On a board of a house stands for each player the first of their people.
    """

    __tablename__ = "board"
    __table_args__ = (
        UniqueConstraint("place_id", "since", "until"),
        Index(
            "ix_board_of_workspace",
            "workspace_id",
            "since",
            "until",
            unique=True,
            sqlite_where=_NOWHERE,
            postgresql_where=_NOWHERE,
        ),
        Index(
            "ix_board_of_house",
            "house_id",
            "since",
            "until",
            unique=True,
            sqlite_where=_OF_A_HOUSE,
            postgresql_where=_OF_A_HOUSE,
        ),
        CheckConstraint("(workspace_id IS NULL) <> (house_id IS NULL)", name="of_one"),
        CheckConstraint("house_id IS NULL OR place_id IS NULL", name="of_no_place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    workspace_id: Mapped[int | None] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"))
    since: Mapped[date]
    until: Mapped[date]
    house_id: Mapped[int | None] = mapped_column(ForeignKey("house.id", ondelete="CASCADE"), default=None)


class Standing(Base):
    """What one person adds up to on one board. `hardness` sums the levels of the questions answered right.

    The index has the order of a board, and all of a row, so that nothing else is read.
    """

    __tablename__ = "standing"
    __table_args__ = (
        Index("ix_standing_merit", "board_id", "points", "right", "hardness", "hints", "person_id", "rounds"),
        {"sqlite_with_rowid": False},
    )

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    points: Mapped[int]
    right: Mapped[int]
    rounds: Mapped[int]
    hardness: Mapped[int]
    hints: Mapped[int]


class BoardSum(Base):
    """What everybody on one board adds up to, and how many they are."""

    __tablename__ = "board_sum"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    points: Mapped[int]
    people: Mapped[int]
