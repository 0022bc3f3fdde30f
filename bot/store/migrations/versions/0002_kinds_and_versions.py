"""Seven kinds of questions, partly right answers, and each workspace's version of SQLAlchemy."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = ("choice", "several", "output", "count", "order", "bug", "open")
STATES = ("planned", "open", "closed", "revealed", "skipped", "failed")
INSTANT = sa.DateTime(timezone=True)


def _one_of(kind: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=kind, native_enum=False, length=16, create_constraint=True)


def _parent(table: str, *, primary_key: bool = False) -> sa.Column[int]:
    parent = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", sa.Integer, parent, primary_key=primary_key, nullable=False)


def _round(*more: sa.Column[str]) -> sa.Table:
    """The table of 0001, whose CHECK constraints SQLite would forget when it is rebuilt from what it says of itself."""
    return sa.Table(
        "round",
        sa.MetaData(naming_convention=op.get_context().opts["target_metadata"].naming_convention),
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("place"),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("state", _one_of("roundstate", *STATES), nullable=False),
        sa.Column("question", sa.String(255)),
        sa.Column("revision", sa.String(255)),
        sa.Column("key", sa.String(8), nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("opened_at", INSTANT),
        sa.Column("closes_at", INSTANT),
        *more,
        sa.UniqueConstraint("place_id", "day"),
        sa.Index(None, "state", "closes_at"),
    )


def _score(*verdicts: str) -> sa.Table:
    return sa.Table(
        "score",
        sa.MetaData(naming_convention=op.get_context().opts["target_metadata"].naming_convention),
        _parent("round", primary_key=True),
        _parent("person", primary_key=True),
        sa.Column("choice", sa.String(8), nullable=False),
        sa.Column("sure", sa.Boolean, nullable=False),
        sa.Column("verdict", _one_of("verdict", *verdicts), nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Index(None, "person_id"),
    )


def _version() -> sa.Column[str]:
    return sa.Column("version", sa.String(8), nullable=False, server_default="2.1")


def _kind() -> sa.Column[str]:
    return sa.Column("kind", _one_of("kind", *KINDS), nullable=False, server_default="choice")


def upgrade() -> None:
    op.add_column("workspace", _version())
    with op.batch_alter_table("round", copy_from=_round()) as batch:
        batch.add_column(_version())
        batch.add_column(_kind())
    _judge_with(("right", "wrong"), ("right", "partly", "wrong"))


def downgrade() -> None:
    op.execute("UPDATE score SET verdict = 'wrong' WHERE verdict = 'partly'")
    _judge_with(("right", "partly", "wrong"), ("right", "wrong"))
    with op.batch_alter_table("round", copy_from=_round(_version(), _kind())) as batch:
        batch.drop_column("kind")
        batch.drop_column("version")
    with op.batch_alter_table("workspace") as batch:
        batch.drop_column("version")


def _judge_with(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    with op.batch_alter_table("score", copy_from=_score(*old)) as batch:
        batch.alter_column("verdict", type_=_one_of("verdict", *new), existing_type=_one_of("verdict", *old))
