"""What everybody on a board adds up to, and how many they are."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "board_sum",
        sa.Column("board_id", sa.Integer, sa.ForeignKey("board.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
    )
    op.execute(
        "INSERT INTO board_sum (board_id, points, people)"
        " SELECT board_id, SUM(points), COUNT(*) FROM standing GROUP BY board_id"
    )


def downgrade() -> None:
    op.drop_table("board_sum")
