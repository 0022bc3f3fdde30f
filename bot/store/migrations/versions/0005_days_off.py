"""Days without a question, and how long one can be answered."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("drill", sa.Column("country", sa.String(255)))
    op.add_column("drill", sa.Column("skips", sa.String(255)))
    op.add_column("drill", sa.Column("open_for", sa.Integer))


def downgrade() -> None:
    for column in ("open_for", "skips", "country"):
        op.drop_column("drill", column)
