"""Teams, who is in them, and for which of them each score counts."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OF_A_TEAM = sa.text("team_id IS NOT NULL")


def _parent(table: str, *, key: bool = False, index: bool = False) -> sa.Column[int]:
    parent = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", sa.Integer, parent, nullable=False, primary_key=key, index=index)


def upgrade() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("workspace"),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.UniqueConstraint("workspace_id", "key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "member",
        _parent("person", key=True),
        _parent("team", index=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "team_standing",
        _parent("board", key=True),
        _parent("team", key=True, index=True),
        _parent("person", key=True, index=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("points", "right", "rounds")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("score") as batch:
        batch.add_column(sa.Column("team_id", sa.Integer))
        batch.create_foreign_key(op.f("fk_score_team_id_team"), "team", ["team_id"], ["id"], ondelete="SET NULL")
    op.create_index("ix_score_of_team", "score", ["team_id"], sqlite_where=OF_A_TEAM, postgresql_where=OF_A_TEAM)


def downgrade() -> None:
    op.drop_index("ix_score_of_team", "score")
    with op.batch_alter_table("score") as batch:
        batch.drop_constraint(op.f("fk_score_team_id_team"), type_="foreignkey")
        batch.drop_column("team_id")
    for table in ("team_standing", "member", "team"):
        op.drop_table(table)
