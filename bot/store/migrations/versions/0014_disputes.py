"""Keys that are disputed, and what was decided of them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = ("question", "tally", "closing", "reveal", "discussion", "recap")
AFTER = (*BEFORE, "correction")
STATES = ("due", "sending", "sent", "held", "failed")
RULINGS = ("stands", "changed", "also", "void")
INSTANT = sa.DateTime(timezone=True)


def _one_of(kind: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=kind, native_enum=False, length=16, create_constraint=True)


def _parent(table: str, *, primary_key: bool = False) -> sa.Column[int]:
    parent = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", sa.Integer, parent, primary_key=primary_key, nullable=False)


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
        sa.Column("sweep_at", INSTANT),
        sa.Column("sweeps", sa.Integer, nullable=False, server_default="0"),
        sa.UniqueConstraint("round_id", "kind"),
        sa.Index(None, "state", "due_at"),
        sa.Index(None, "place_id", "state"),
        sa.Index(None, "sweep_at"),
    )


def _send(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    with op.batch_alter_table("posting", copy_from=_posting(*old)) as batch:
        batch.alter_column("kind", type_=_one_of("postingkind", *new), existing_type=_one_of("postingkind", *old))


def upgrade() -> None:
    # With its CHECK in the column, as both databases can add it without rebuilding a table of many rows.
    check = f"CONSTRAINT ck_round_ruling CHECK (ruling IN ({', '.join(map(repr, RULINGS))}))"
    op.execute(f"ALTER TABLE round ADD COLUMN ruling VARCHAR(16) {check}")
    op.add_column("round", sa.Column("ruled", sa.String(8)))
    op.add_column("round", sa.Column("ruled_at", INSTANT))
    op.add_column("round", sa.Column("rulings", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "dispute",
        _parent("round", primary_key=True),
        _parent("person", primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("told", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("ruling", _one_of("ruling", *RULINGS)),
        sa.Column("decided_at", INSTANT),
        sa.Column("decided_by", sa.Integer, sa.ForeignKey("person.id", ondelete="SET NULL")),
        sa.Index(None, "person_id"),
        sa.Index(None, "told"),
        sa.Index(None, "decided_by"),
    )
    _send(BEFORE, AFTER)
    op.add_column("posting", sa.Column("stale", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("posting", "stale")
    op.execute("DELETE FROM posting WHERE kind = 'correction'")
    _send(AFTER, BEFORE)
    op.drop_table("dispute")
    for column in ("rulings", "ruled_at", "ruled", "ruling"):
        op.drop_column("round", column)
