"""Whom others see as someone, and who has been forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("hidden", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("forgotten_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("person", "forgotten_at")
    op.drop_column("person", "hidden")
