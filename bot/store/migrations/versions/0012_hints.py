"""Who had the hint of which round, and the scores that paid for one."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _parent(table: str, *, index: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", sa.Integer, key, primary_key=True, index=index)


def upgrade() -> None:
    op.add_column("score", sa.Column("hinted", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "hint_used",
        _parent("round"),
        _parent("person", index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("hint_used")
    op.drop_column("score", "hinted")
