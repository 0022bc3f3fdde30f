"""What everybody on a board adds up to, and who of those who scored for a team is still in it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

LIFELONG = sa.text("last IS NOT NULL")
BY_LAST = ("board_id", "last", "team_id", "person_id")
BY_MERIT = ("board_id", "points", "right", "hardness", "hints", "person_id")


def _cover(last: tuple[str, ...], merit: tuple[str, ...]) -> None:
    """Have these columns in the indexes that boards are read by."""
    op.drop_index("ix_team_standing_last", "team_standing")
    op.create_index("ix_team_standing_last", "team_standing", [*last], sqlite_where=LIFELONG, postgresql_where=LIFELONG)
    op.drop_index("ix_standing_merit", "standing")
    op.create_index("ix_standing_merit", "standing", [*merit])


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
    op.add_column("team_standing", sa.Column("present", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE team_standing SET present = EXISTS (SELECT 1 FROM member"
        " WHERE member.person_id = team_standing.person_id AND member.team_id = team_standing.team_id)"
        " WHERE last IS NOT NULL"
    )
    _cover((*BY_LAST, "present"), (*BY_MERIT, "rounds"))
    op.create_index("ix_leave_day_leave_person_id", "leave", ["day", "person_id"])


def downgrade() -> None:
    op.drop_index("ix_leave_day_leave_person_id", "leave")
    _cover(BY_LAST, BY_MERIT)
    op.drop_column("team_standing", "present")
    op.drop_table("board_sum")
