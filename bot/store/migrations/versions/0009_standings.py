"""What everybody adds up to, kept for each season and for all time."""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FIRST_SEASON, SEASON = date(2024, 1, 1), timedelta(weeks=4)
SUMS = ("points", "right", "rounds", "hardness", "hints")

BOARD = sa.table(
    "board",
    *(sa.column(name) for name in ("id", "workspace_id", "place_id")),
    sa.column("since", sa.Date),
    sa.column("until", sa.Date),
)
PLACE = sa.table("place", sa.column("id"), sa.column("workspace_id"))
ROUND = sa.table("round", sa.column("id"), sa.column("place_id"), sa.column("day", sa.Date), sa.column("level"))
SCORE = sa.table("score", *(sa.column(name) for name in ("round_id", "person_id", "points", "verdict")))
STANDING = sa.table("standing", sa.column("board_id"), sa.column("person_id"), *(sa.column(name) for name in SUMS))


def _parent(table: str, *, nullable: bool = False, key: bool = False, index: bool = False) -> sa.Column[int]:
    parent = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", sa.Integer, parent, nullable=nullable, primary_key=key, index=index)


def _tables() -> None:
    op.create_table(
        "board",
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("workspace", index=True),
        _parent("place", nullable=True),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.UniqueConstraint("place_id", "since"),
    )
    nowhere = sa.text("place_id IS NULL")
    op.create_index(
        "ix_board_of_workspace",
        "board",
        ["workspace_id", "since"],
        unique=True,
        sqlite_where=nowhere,
        postgresql_where=nowhere,
    )
    op.create_table(
        "standing",
        _parent("board", key=True),
        _parent("person", key=True, index=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in SUMS),
        sqlite_with_rowid=False,
    )
    merit = ["board_id", "points", "right", "hardness", "hints", "person_id"]
    op.create_index("ix_standing_merit", "standing", merit)


def _boards() -> None:
    """One of all time and one for each season in which anything was scored, for each place and each workspace."""
    played = sa.select(PLACE.c.workspace_id, PLACE.c.id, ROUND.c.day).join_from(
        PLACE, ROUND, ROUND.c.place_id == PLACE.c.id
    )
    played = played.where(sa.exists().where(SCORE.c.round_id == ROUND.c.id))
    found: set[tuple[int, int | None, date, date]] = set()
    for workspace_id, place_id, day in op.get_bind().execute(played):
        first = FIRST_SEASON + SEASON * ((day - FIRST_SEASON) // SEASON)
        for since, until in ((date.min, date.max), (first, first + SEASON - timedelta(days=1))):
            found |= {(workspace_id, place_id, since, until), (workspace_id, None, since, until)}
    names = ("workspace_id", "place_id", "since", "until")
    rows = [dict(zip(names, row, strict=True)) for row in sorted(found, key=lambda row: (row[0], row[1] or 0, row[2]))]
    op.bulk_insert(BOARD, rows)


def _standings() -> None:
    right = SCORE.c.verdict == "right"
    worth = (
        *(sa.func.sum(SCORE.c.points), sa.func.sum(sa.case((right, 1), else_=0)), sa.func.count()),
        *(sa.func.sum(sa.case((right, ROUND.c.level), else_=0)), sa.literal(0)),
    )
    its_places = (PLACE.c.workspace_id == BOARD.c.workspace_id) & (
        BOARD.c.place_id.is_(None) | (BOARD.c.place_id == PLACE.c.id)
    )
    its_rounds = (ROUND.c.place_id == PLACE.c.id) & ROUND.c.day.between(BOARD.c.since, BOARD.c.until)
    rows = (
        sa.select(BOARD.c.id, SCORE.c.person_id, *worth)
        .join_from(BOARD, PLACE, its_places)
        .join(ROUND, its_rounds)
        .join(SCORE, SCORE.c.round_id == ROUND.c.id)
        .group_by(BOARD.c.id, SCORE.c.person_id)
    )
    op.execute(STANDING.insert().from_select(["board_id", "person_id", *SUMS], rows))


def upgrade() -> None:
    _tables()
    _boards()
    _standings()


def downgrade() -> None:
    op.drop_table("standing")
    op.drop_table("board")
