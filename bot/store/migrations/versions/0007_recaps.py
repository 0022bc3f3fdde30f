"""The review of each week."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEFORE = ("question", "tally", "closing", "reveal", "discussion")
AFTER = (*BEFORE, "recap")
STATES = ("due", "sending", "sent", "held", "failed")
INSTANT = sa.DateTime(timezone=True)


def _one_of(kind: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=kind, native_enum=False, length=16, create_constraint=True)


def _parent(table: str) -> sa.Column[int]:
    return sa.Column(f"{table}_id", sa.Integer, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)


def _posting(*kinds: str) -> sa.Table:
    """The table as it was: SQLite forgets CHECK constraints when a table is rebuilt from what it says of itself."""
    return sa.Table(
        "posting",
        sa.MetaData(naming_convention=op.get_context().opts["target_metadata"].naming_convention),
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("round"),
        _parent("place"),
        sa.Column("kind", _one_of("postingkind", *kinds), nullable=False),
        sa.Column("state", _one_of("postingstate", *STATES), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("lease_until", INSTANT),
        sa.Column("looked_at", INSTANT),
        sa.Column("doubted", sa.Boolean, nullable=False),
        sa.Column("message", sa.String(255)),
        sa.Column("trouble", sa.String(255)),
        sa.UniqueConstraint("round_id", "kind"),
        sa.Index(None, "state", "due_at"),
        sa.Index(None, "place_id", "state"),
    )


def _send(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    with op.batch_alter_table("posting", copy_from=_posting(*old)) as batch:
        batch.alter_column("kind", type_=_one_of("postingkind", *new), existing_type=_one_of("postingkind", *old))


def upgrade() -> None:
    op.add_column("drill", sa.Column("recap", sa.Boolean, nullable=False, server_default=sa.true()))
    _send(BEFORE, AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM posting WHERE kind = 'recap'")
    _send(AFTER, BEFORE)
    op.drop_column("drill", "recap")
