"""What is asked and answered. Answers are a log that is only added to; scores are fixed from it when a round closes."""

from dataclasses import fields
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.disputing import Ruling, accepted
from bot.domain.grading import Verdict
from bot.domain.question import Kind
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.domain.sending import Progress
from bot.store.columns import Base
from bot.store.models.houses import VERSION, Place

_PROGRESS = [field.name for field in fields(Progress)]


class Round(Base):
    """One question in one place on one local day. The question is chosen when the round is about to be posted; `kind`
    and `key` keep what was asked and its right letters as they were then on `version`, whatever becomes of the bank.
    `ruling` says what was decided of the key when it was disputed, `ruled` the answer that this names, if it names one;
    `rulings` counts them, and `tallied` how often those who answered were counted for its message.
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
    ruling: Mapped[Ruling | None] = mapped_column(default=None)
    ruled: Mapped[str | None] = mapped_column(String(8), default=None)
    ruled_at: Mapped[datetime | None] = mapped_column(default=None)
    rulings: Mapped[int] = mapped_column(default=0, server_default="0")
    tallied: Mapped[int] = mapped_column(default=0, server_default="0")
    place: Mapped[Place] = relationship(lazy="raise", init=False)

    @property
    def accepted(self) -> tuple[str, ...]:
        """The answers that count as right; none where the question is void."""
        return accepted(self.key, self.ruling, self.ruled)


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
    stale: Mapped[bool] = mapped_column(default=False, server_default=false())
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


class HintUsed(Base):
    """That a person had the hint of a round, and since when. Having it once more adds nothing."""

    __tablename__ = "hint_used"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime]


_OF_A_TEAM = text("team_id IS NOT NULL")


class Score(Base):
    """What a person's last answer in a closed round was worth, fixed at the close, and for the team they were in then.
    `hinted`: they had its hint.
    """

    __tablename__ = "score"
    __table_args__ = (Index("ix_score_of_team", "team_id", sqlite_where=_OF_A_TEAM, postgresql_where=_OF_A_TEAM),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    choice: Mapped[str] = mapped_column(String(8))
    sure: Mapped[bool]
    verdict: Mapped[Verdict]
    points: Mapped[int]
    hinted: Mapped[bool] = mapped_column(default=False, server_default=false())
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), default=None)
