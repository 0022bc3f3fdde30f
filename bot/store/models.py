"""Every table on one screen. Answers are a log that is only added to; scores are fixed from it when a round closes.

Relationships never load by themselves (`lazy="raise"`): a query says what it needs. The database's own constraints,
not a look before the write, keep double clicks and rival processes from doing a thing twice.
"""

from dataclasses import fields
from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.grading import Verdict
from bot.domain.question import Kind
from bot.domain.rounds import DrillState, PostingKind, PostingState, RevealRule, RoundState
from bot.domain.sending import Progress
from bot.store.columns import Base as Base  # noqa: PLC0414  # taken from here, it knows every table

VERSION = "2.1"  # of SQLAlchemy, until a workspace says another


class Workspace(Base):
    """The tenant, with the name it had when it last spoke to us. `version` is the series of SQLAlchemy whose answers it
    is told; `left_at`: since when we are no longer in it.
    """

    __tablename__ = "workspace"
    __table_args__ = (UniqueConstraint("platform", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    platform: Mapped[str]
    external_id: Mapped[str]
    version: Mapped[str] = mapped_column(String(8), default=VERSION, server_default=VERSION)
    name: Mapped[str | None] = mapped_column(default=None)
    left_at: Mapped[datetime | None] = mapped_column(default=None, index=True)


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
    """

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("workspace_id", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    forgotten_at: Mapped[datetime | None] = mapped_column(default=None)


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


class Round(Base):
    """One question in one place on one local day. The question is chosen when the round is about to be posted; `kind`
    and `key` keep what was asked and its right letters as they were then on `version`, whatever becomes of the bank.
    """

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("place_id", "day"), Index(None, "state", "closes_at"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"))
    day: Mapped[date]
    due_at: Mapped[datetime]
    state: Mapped[RoundState] = mapped_column(default=RoundState.PLANNED)
    question: Mapped[str | None] = mapped_column(default=None)
    revision: Mapped[str | None] = mapped_column(default=None)
    version: Mapped[str] = mapped_column(String(8), default=VERSION, server_default=VERSION)
    kind: Mapped[Kind] = mapped_column(default=Kind.CHOICE, server_default=Kind.CHOICE)
    key: Mapped[str] = mapped_column(String(8), default="")
    level: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    closes_at: Mapped[datetime | None] = mapped_column(default=None)
    place: Mapped[Place] = relationship(lazy="raise", init=False)


_NOWHERE = text("place_id IS NULL")
_PROGRESS = [field.name for field in fields(Progress)]


class Posting(Base):
    """One thing to send for a round, exactly once; how far that is, `bot.domain.sending` says."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("round_id", "kind"),
        Index(None, "state", "due_at"),
        Index(None, "place_id", "state"),
        Index(None, "sweep_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"))
    kind: Mapped[PostingKind]
    due_at: Mapped[datetime]
    state: Mapped[PostingState] = mapped_column(default=PostingState.DUE)
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    looked_at: Mapped[datetime | None] = mapped_column(default=None)
    doubted: Mapped[bool] = mapped_column(default=False)
    message: Mapped[str | None] = mapped_column(default=None)
    trouble: Mapped[str | None] = mapped_column(default=None)
    sweep_at: Mapped[datetime | None] = mapped_column(default=None)
    sweeps: Mapped[int] = mapped_column(default=0, server_default="0")
    round: Mapped[Round] = relationship(lazy="raise", init=False)

    @property
    def progress(self) -> Progress:
        """What this row says of its sending."""
        return Progress(**{name: getattr(self, name) for name in _PROGRESS})

    @progress.setter
    def progress(self, it: Progress) -> None:
        for name in _PROGRESS:
            if getattr(self, name) != getattr(it, name):
                setattr(self, name, getattr(it, name))


class Answer(Base):
    """One thing a person said in a round. Changing one's mind adds a row with the next `seq`."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("round_id", "person_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    seq: Mapped[int]
    choice: Mapped[str] = mapped_column(String(8))
    sure: Mapped[bool]
    at: Mapped[datetime]


class Score(Base):
    """What a person's last answer in a closed round was worth, fixed at the close. `hinted`: they had its hint."""

    __tablename__ = "score"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    choice: Mapped[str] = mapped_column(String(8))
    sure: Mapped[bool]
    verdict: Mapped[Verdict]
    points: Mapped[int]
    hinted: Mapped[bool] = mapped_column(default=False, server_default=false())


class HintUsed(Base):
    """That a person had the hint of a round, and since when. Having it once more adds nothing."""

    __tablename__ = "hint_used"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime]


class Board(Base):
    """What adds up on one board: the rounds of a place, or where none is named of the whole workspace, from a day to
    another: a season, or all that there ever are.
    """

    __tablename__ = "board"
    __table_args__ = (
        UniqueConstraint("place_id", "since"),
        Index(
            "ix_board_of_workspace",
            "workspace_id",
            "since",
            unique=True,
            sqlite_where=_NOWHERE,
            postgresql_where=_NOWHERE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"))
    since: Mapped[date]
    until: Mapped[date]


class Standing(Base):
    """What one person adds up to on one board. `hardness` sums the levels of the questions answered right."""

    __tablename__ = "standing"
    __table_args__ = (
        Index("ix_standing_merit", "board_id", "points", "right", "hardness", "hints", "person_id"),
        {"sqlite_with_rowid": False},
    )

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    points: Mapped[int]
    right: Mapped[int]
    rounds: Mapped[int]
    hardness: Mapped[int]
    hints: Mapped[int]


class Leave(Base):
    """One day of somebody's leave, in the whole workspace. A day has one row or none, so that leaves never overlap."""

    __tablename__ = "leave"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class Installation(Base):
    """What a platform gave us so that we may speak for a tenant, sealed; or, for a tenant of an organisation that took
    us in as a whole, the name of that (`via`). `installed_at` is when it was given, `expires_at` when it has to be
    renewed, `renewing_until` how long one process may take to do so.
    """

    __tablename__ = "installation"
    __table_args__ = (UniqueConstraint("platform", "tenant"), Index(None, "platform", "via"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    platform: Mapped[str]
    tenant: Mapped[str]
    installed_at: Mapped[datetime]
    via: Mapped[str | None] = mapped_column(default=None)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    renewing_until: Mapped[datetime | None] = mapped_column(default=None)


class Listening(Base):
    """Which process hears a platform that one alone may hear, and until when unless it says so again. `is_heard`: it
    does so by now; `awaited_until`: how long another process is known to wait for its turn.
    """

    __tablename__ = "listening"

    platform: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
    is_heard: Mapped[bool] = mapped_column(default=False, server_default=false())
    awaited_until: Mapped[datetime | None] = mapped_column(default=None)
