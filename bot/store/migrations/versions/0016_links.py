"""Workspaces that are linked, people who are one player in both, and boards of them."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _parent(table: str, *, nullable: bool = False, index: bool = False, unique: bool = False) -> sa.Column[int]:
    parent = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", sa.Integer, parent, nullable=nullable, index=index, unique=unique)


def _index(name: str, table: str, columns: list[str], which: sa.TextClause) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=which, postgresql_where=which)


def _tables() -> None:
    op.create_table(
        "house", sa.Column("id", sa.Integer, primary_key=True), sa.Column("linked_at", INSTANT, nullable=False)
    )
    op.create_table(
        "player",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("linked_at", INSTANT, nullable=False),
        _parent("house", index=True),
    )
    op.create_table(
        "link_code",
        sa.Column("digest", sa.String(64), primary_key=True),
        _parent("workspace"),
        _parent("person", nullable=True, unique=True),
        sa.Column("expires_at", INSTANT, nullable=False),
    )
    _index("ix_link_code_of_workspace", "link_code", ["workspace_id"], sa.text("person_id IS NULL"))


def _name(batch: BatchOperations, table: str, parent: str, ondelete: str) -> None:
    """Let a table name its row of another."""
    batch.add_column(sa.Column(f"{parent}_id", sa.Integer))
    key = op.f(f"fk_{table}_{parent}_id_{parent}")
    batch.create_foreign_key(key, parent, [f"{parent}_id"], ["id"], ondelete=ondelete)


def upgrade() -> None:
    _tables()
    with op.batch_alter_table("workspace") as batch:
        _name(batch, "workspace", "house", "SET NULL")
    op.create_index(op.f("ix_workspace_house_id"), "workspace", ["house_id"])
    with op.batch_alter_table("person") as batch:
        _name(batch, "person", "player", "SET NULL")
    op.create_index("ix_person_of_player", "person", ["player_id", "workspace_id"], unique=True)
    with op.batch_alter_table("board") as batch:
        _name(batch, "board", "house", "CASCADE")
        batch.alter_column("workspace_id", existing_type=sa.Integer, nullable=True)
        batch.create_check_constraint(op.f("ck_board_of_one"), "(workspace_id IS NULL) <> (house_id IS NULL)")
        batch.create_check_constraint(op.f("ck_board_of_no_place"), "house_id IS NULL OR place_id IS NULL")
    _index("ix_board_of_house", "board", ["house_id", "since", "until"], sa.text("house_id IS NOT NULL"))


def downgrade() -> None:
    op.execute("DELETE FROM standing WHERE board_id IN (SELECT id FROM board WHERE house_id IS NOT NULL)")
    op.execute("DELETE FROM board WHERE house_id IS NOT NULL")
    op.drop_index("ix_board_of_house", "board")
    with op.batch_alter_table("board") as batch:
        batch.drop_constraint(op.f("ck_board_of_no_place"), type_="check")
        batch.drop_constraint(op.f("ck_board_of_one"), type_="check")
        batch.drop_constraint(op.f("fk_board_house_id_house"), type_="foreignkey")
        batch.alter_column("workspace_id", existing_type=sa.Integer, nullable=False)
        batch.drop_column("house_id")
    op.drop_index("ix_person_of_player", "person")
    op.drop_index(op.f("ix_workspace_house_id"), "workspace")
    for table, parent in (("person", "player"), ("workspace", "house")):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_{parent}_id_{parent}"), type_="foreignkey")
            batch.drop_column(f"{parent}_id")
    for table in ("link_code", "player", "house"):
        op.drop_table(table)
