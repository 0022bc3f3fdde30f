"""When to look whether a message that was in doubt stands twice."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("posting", sa.Column("sweep_at", sa.DateTime(timezone=True)))
    op.add_column("posting", sa.Column("sweeps", sa.Integer, nullable=False, server_default="0"))
    op.create_index(op.f("ix_posting_sweep_at"), "posting", ["sweep_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_posting_sweep_at"), "posting")
    op.drop_column("posting", "sweeps")
    op.drop_column("posting", "sweep_at")
