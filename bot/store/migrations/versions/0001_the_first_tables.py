"""The first tables: who and where, drills with their rounds, what is sent, what is answered and what it scored."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _parent(table: str, *, primary_key: bool = False, index: bool = False, unique: bool = False) -> sa.Column[int]:
    parent = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(
        f"{table}_id", sa.Integer, parent, primary_key=primary_key, index=index, unique=unique, nullable=False
    )


def _text(name: str, length: int = 255, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _one_of(name: str, kind: str, *values: str) -> sa.Column[str]:
    allowed = sa.Enum(*values, name=kind, native_enum=False, length=16, create_constraint=True)
    return sa.Column(name, allowed, nullable=False)


def upgrade() -> None:
    op.create_table(
        "workspace",
        _key(),
        _text("platform"),
        _text("external_id"),
        sa.UniqueConstraint("platform", "external_id"),
    )
    op.create_table(
        "place",
        _key(),
        _parent("workspace"),
        _text("channel"),
        sa.UniqueConstraint("workspace_id", "channel"),
    )
    op.create_table(
        "person",
        _key(),
        _parent("workspace"),
        _text("external_id"),
        _text("name"),
        sa.UniqueConstraint("workspace_id", "external_id"),
    )
    op.create_table(
        "drill",
        _key(),
        _parent("place", unique=True),
        sa.Column("at", sa.Time, nullable=False),
        _text("zone"),
        _text("days"),
        _text("topics"),
        _one_of("reveal", "revealrule", "at_close", "on_request"),
        _one_of("state", "drillstate", "active", "paused", "stopped"),
        _text("trouble", nullable=True),
        sa.Column("planned_to", sa.Date, index=True),
    )
    op.create_table("keeper", _parent("drill", primary_key=True), _parent("person", primary_key=True, index=True))
    _rounds()
    _answers()


def _rounds() -> None:
    op.create_table(
        "round",
        _key(),
        _parent("place"),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        _one_of("state", "roundstate", "planned", "open", "closed", "revealed", "skipped", "failed"),
        _text("question", nullable=True),
        _text("revision", nullable=True),
        _text("key", 8),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("opened_at", INSTANT),
        sa.Column("closes_at", INSTANT),
        sa.UniqueConstraint("place_id", "day"),
        sa.Index(None, "state", "closes_at"),
    )
    op.create_table(
        "posting",
        _key(),
        _parent("round"),
        _parent("place"),
        _one_of("kind", "postingkind", "question", "closing", "reveal"),
        _one_of("state", "postingstate", "due", "sending", "sent", "held", "failed"),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("lease_until", INSTANT),
        sa.Column("looked_at", INSTANT),
        sa.Column("doubted", sa.Boolean, nullable=False),
        _text("message", nullable=True),
        _text("trouble", nullable=True),
        sa.UniqueConstraint("round_id", "kind"),
        sa.Index(None, "state", "due_at"),
        sa.Index(None, "place_id", "state"),
    )


def _answers() -> None:
    op.create_table(
        "answer",
        _key(),
        _parent("round"),
        _parent("person", index=True),
        sa.Column("seq", sa.Integer, nullable=False),
        _text("choice", 8),
        sa.Column("sure", sa.Boolean, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.UniqueConstraint("round_id", "person_id", "seq"),
    )
    op.create_table(
        "score",
        _parent("round", primary_key=True),
        _parent("person", primary_key=True, index=True),
        _text("choice", 8),
        sa.Column("sure", sa.Boolean, nullable=False),
        _one_of("verdict", "verdict", "right", "wrong"),
        sa.Column("points", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for table in ("score", "answer", "posting", "round", "keeper", "drill", "person", "place", "workspace"):
        op.drop_table(table)
