"""Which process hears a platform that one alone may hear."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "listening",
        sa.Column("platform", sa.String(255), primary_key=True),
        sa.Column("holder", sa.String(255), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("is_heard", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("awaited_until", INSTANT),
    )


def downgrade() -> None:
    op.drop_table("listening")
