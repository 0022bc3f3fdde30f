"""How often those who answered a round were counted for its message."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("round", sa.Column("tallied", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("round", "tallied")
