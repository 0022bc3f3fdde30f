"""What processes have to know of each other and of their platforms."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.columns import Base


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
