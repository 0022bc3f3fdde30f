"""What is said against keys."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.disputing import LONGEST, Ruling
from bot.store.columns import Base


class Dispute(Base):
    """What one person says is wrong with the key of a round; `told`: its keepers have been told that it is disputed.
    The text belongs to its author and goes when they do. `ruling` is what was decided then, whatever is ruled later.
    """

    __tablename__ = "dispute"
    __table_args__ = (Index(None, "told"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(String(LONGEST))
    told: Mapped[bool] = mapped_column(default=False, server_default=false())
    ruling: Mapped[Ruling | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), default=None, index=True
    )
