"""Where it is played and who plays: workspaces, places and their drills, people, who keeps a drill, who is away."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.rounds import DrillState, RevealRule
from bot.store.columns import Base

VERSION = "2.1"  # of SQLAlchemy, until a workspace says another


class Workspace(Base):
    """The tenant, with the name it had when it last spoke to us. `version` is the series of SQLAlchemy whose answers it
    is told; `left_at`: since when we are no longer in it; `house_id` says what it is linked in.
    """

    __tablename__ = "workspace"
    __table_args__ = (UniqueConstraint("platform", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    platform: Mapped[str]
    external_id: Mapped[str]
    version: Mapped[str] = mapped_column(String(8), default=VERSION, server_default=VERSION)
    name: Mapped[str | None] = mapped_column(default=None)
    left_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    house_id: Mapped[int | None] = mapped_column(ForeignKey("house.id", ondelete="SET NULL"), default=None, index=True)


class Place(Base):
    """One channel. `is_open`: as far as we know everybody of its workspace may see what stands there."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("workspace_id", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    channel: Mapped[str]
    is_open: Mapped[bool] = mapped_column(default=False, server_default=false())
    workspace: Mapped[Workspace] = relationship(lazy="raise", init=False)
    drill: Mapped["Drill | None"] = relationship(lazy="raise", init=False, viewonly=True)


class Person(Base):
    """One identity in one workspace, with the name it had when it last spoke to us, which others are not shown if it is
    `hidden`. `forgotten_at`: since when it is nobody's, and only holds what others' points are compared with.
    `player_id` says with whom it is linked: with nobody of its own workspace.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("workspace_id", "external_id"),
        Index("ix_person_of_player", "player_id", "workspace_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    forgotten_at: Mapped[datetime | None] = mapped_column(default=None)
    player_id: Mapped[int | None] = mapped_column(ForeignKey("player.id", ondelete="SET NULL"), default=None)


class Drill(Base):
    """A place's standing order. `planned_to` is the last local day whose round has been planned, `paused_to` the
    day on which a pause ends by itself. `country` is whose public holidays have no question, `skips` its own
    days without one, `open_for` how many hours one stays open (until the next, where none is given). `ping` is
    what the platform calls whom a question notifies, `discussion` whether a reveal opens a thread. `recap`: its
    weeks are reviewed. `told` is the trouble that its keepers have been told of.
    """

    __tablename__ = "drill"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), unique=True)
    at: Mapped[time]
    zone: Mapped[str]
    days: Mapped[str]
    topics: Mapped[str] = mapped_column(default="")
    reveal: Mapped[RevealRule] = mapped_column(default=RevealRule.AT_CLOSE)
    state: Mapped[DrillState] = mapped_column(default=DrillState.ACTIVE)
    trouble: Mapped[str | None] = mapped_column(default=None)
    told: Mapped[str | None] = mapped_column(default=None)
    planned_to: Mapped[date | None] = mapped_column(default=None, index=True)
    paused_to: Mapped[date | None] = mapped_column(default=None)
    country: Mapped[str | None] = mapped_column(default=None)
    skips: Mapped[str | None] = mapped_column(default=None)
    open_for: Mapped[int | None] = mapped_column(default=None)
    ping: Mapped[str | None] = mapped_column(default=None)
    discussion: Mapped[bool] = mapped_column(default=False, server_default=false())
    recap: Mapped[bool] = mapped_column(default=True, server_default=true())
    place: Mapped[Place] = relationship(lazy="raise", init=False)


class Keeper(Base):
    """Somebody who is told of a drill's troubles; if `named` as its keeper, who may administer it although the platform
    does not say so.
    """

    __tablename__ = "keeper"

    drill_id: Mapped[int] = mapped_column(ForeignKey("drill.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    named: Mapped[bool] = mapped_column(default=True, server_default=true())


class Leave(Base):
    """One day of somebody's leave, in the whole workspace. A day has one row or none, so that leaves never overlap."""

    __tablename__ = "leave"
    __table_args__ = (Index(None, "day", "person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
