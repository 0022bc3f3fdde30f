"""The tables of links: two workspaces that are one house, the people who are one player in it, and the codes to it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.columns import Base

_OF_A_WORKSPACE = text("person_id IS NULL")


class House(Base):
    """Two workspaces whose admins have linked them: each of them names it. With it go its players and its boards."""

    __tablename__ = "house"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    linked_at: Mapped[datetime]


class Player(Base):
    """Somebody who is known in both workspaces of a house: each of their people names it, one in each workspace."""

    __tablename__ = "player"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    linked_at: Mapped[datetime]
    house_id: Mapped[int] = mapped_column(ForeignKey("house.id", ondelete="CASCADE"), index=True)


class LinkCode(Base):
    """What one has to know to be linked with a person; with their workspace, where none is named. The code itself is
    not kept. Each of them has one or none.
    """

    __tablename__ = "link_code"
    __table_args__ = (
        Index(
            "ix_link_code_of_workspace",
            "workspace_id",
            unique=True,
            sqlite_where=_OF_A_WORKSPACE,
            postgresql_where=_OF_A_WORKSPACE,
        ),
    )

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    expires_at: Mapped[datetime]
