"""What platforms give us so that we may speak in their workspaces."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("platform", sa.String(255), nullable=False),
        sa.Column("tenant", sa.String(255), nullable=False),
        sa.Column("installed_at", INSTANT, nullable=False),
        sa.Column("via", sa.String(255)),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("expires_at", INSTANT),
        sa.Column("renewing_until", INSTANT),
        sa.UniqueConstraint("platform", "tenant"),
        sa.Index(None, "platform", "via"),
    )


def downgrade() -> None:
    op.drop_table("installation")
