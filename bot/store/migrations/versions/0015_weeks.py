"""Boards of the latest weeks, the sums of teams, and the last day with a score for one."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WEEK = timedelta(weeks=1)
NOWHERE = sa.text("place_id IS NULL")
SUMS = ("points", "right", "rounds", "hardness", "hints")
TEAM_SUMS = SUMS[:3]

BOARD = sa.table(
    "board",
    *(sa.column(name) for name in ("id", "workspace_id", "place_id")),
    sa.column("since", sa.Date),
    sa.column("until", sa.Date),
)
PLACE = sa.table("place", sa.column("id"), sa.column("workspace_id"))
ROUND = sa.table("round", sa.column("id"), sa.column("place_id"), sa.column("day", sa.Date), sa.column("level"))
SCORE = sa.table(
    "score",
    *(sa.column(name) for name in ("round_id", "person_id", "team_id", "points", "verdict")),
    sa.column("hinted", sa.Boolean),
)
STANDING = sa.table("standing", *(sa.column(name) for name in ("board_id", "person_id", *SUMS)))
TEAM_STANDING = sa.table(
    "team_standing", *(sa.column(name) for name in ("board_id", "team_id", "person_id", *TEAM_SUMS)), sa.column("last")
)
TEAM_SUM = sa.table("team_sum", *(sa.column(name) for name in ("board_id", "team_id", "points", "people")))
RIGHT = SCORE.c.verdict == "right"
WORTH = dict(
    zip(
        SUMS,
        (
            *(sa.func.sum(SCORE.c.points), sa.func.sum(sa.case((RIGHT, 1), else_=0)), sa.func.count()),
            sa.func.sum(sa.case((RIGHT, ROUND.c.level), else_=0)),
            sa.func.sum(sa.case((SCORE.c.hinted, 1), else_=0)),
        ),
        strict=True,
    )
)


def _span(*last: str) -> None:
    """Have boards differ in their first day and these."""
    op.drop_index("ix_board_of_workspace", "board")
    with op.batch_alter_table("board") as batch:
        batch.drop_constraint(f"uq_board_place_id_since{'' if last else '_until'}", type_="unique")
        batch.create_unique_constraint(
            f"uq_board_place_id_since{'_until' if last else ''}", ["place_id", "since", *last]
        )
    columns = ["workspace_id", "since", *last]
    op.create_index(
        "ix_board_of_workspace", "board", columns, unique=True, sqlite_where=NOWHERE, postgresql_where=NOWHERE
    )


def _weeks() -> list[tuple[int, int | None, date, date]]:
    """The latest week and the one before, as far as anything was scored in them, of each place and each workspace."""
    played = sa.select(PLACE.c.workspace_id, PLACE.c.id, ROUND.c.day).join_from(
        PLACE, ROUND, ROUND.c.place_id == PLACE.c.id
    )
    played = played.where(sa.exists().where(SCORE.c.round_id == ROUND.c.id))
    found: defaultdict[int, set[tuple[int | None, date]]] = defaultdict(set)
    for workspace_id, place_id, day in op.get_bind().execute(played):
        monday = day - timedelta(days=day.weekday())
        found[workspace_id] |= {(None, monday), (place_id, monday)}
    rows: list[tuple[int, int | None, date, date]] = []
    for workspace_id, weeks in sorted(found.items()):
        latest = max(monday for _, monday in weeks)
        for place_id, monday in sorted(weeks, key=lambda week: (week[0] or 0, week[1])):
            if monday >= latest - WEEK:
                rows.append((workspace_id, place_id, monday, monday + WEEK - timedelta(days=1)))
    return rows


def _scored(*columns: Any) -> sa.Select[Any]:
    its_places = (PLACE.c.workspace_id == BOARD.c.workspace_id) & (
        BOARD.c.place_id.is_(None) | (BOARD.c.place_id == PLACE.c.id)
    )
    its_rounds = (ROUND.c.place_id == PLACE.c.id) & ROUND.c.day.between(BOARD.c.since, BOARD.c.until)
    return (
        sa.select(*columns)
        .join_from(BOARD, PLACE, its_places)
        .join(ROUND, its_rounds)
        .join(SCORE, SCORE.c.round_id == ROUND.c.id)
    )


def _standings() -> None:
    """Of the new boards what people add up to, and of all of them what they do for teams."""
    of = (BOARD.c.id, SCORE.c.person_id)
    people = _scored(*of, *(WORTH[name] for name in SUMS)).group_by(*of)
    people = people.where(~sa.exists().where(STANDING.c.board_id == BOARD.c.id))
    op.execute(STANDING.insert().from_select(["board_id", "person_id", *SUMS], people))
    of_team = (BOARD.c.id, SCORE.c.team_id, SCORE.c.person_id)
    lifelong = sa.case((BOARD.c.since == date.min, ROUND.c.day), else_=sa.null())
    teams = _scored(*of_team, *(WORTH[name] for name in TEAM_SUMS), sa.func.max(lifelong)).group_by(*of_team)
    op.execute(TEAM_STANDING.delete())
    columns = ["board_id", "team_id", "person_id", *TEAM_SUMS, "last"]
    op.execute(TEAM_STANDING.insert().from_select(columns, teams.where(SCORE.c.team_id.is_not(None))))
    of = (TEAM_STANDING.c.board_id, TEAM_STANDING.c.team_id)
    sums = sa.select(*of, sa.func.sum(TEAM_STANDING.c.points), sa.func.count()).group_by(*of)
    op.execute(TEAM_SUM.insert().from_select(["board_id", "team_id", "points", "people"], sums))


def _tables() -> None:
    op.add_column("team_standing", sa.Column("last", sa.Date))
    lifelong = sa.text("last IS NOT NULL")
    columns = ["board_id", "last", "team_id", "person_id"]
    op.create_index("ix_team_standing_last", "team_standing", columns, sqlite_where=lifelong, postgresql_where=lifelong)
    op.create_table(
        "team_sum",
        sa.Column("board_id", sa.Integer, sa.ForeignKey("board.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.id", ondelete="CASCADE"), primary_key=True, index=True),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    _span("until")
    names = ("workspace_id", "place_id", "since", "until")
    op.bulk_insert(BOARD, [dict(zip(names, row, strict=True)) for row in _weeks()])
    _tables()
    _standings()
    op.drop_index("ix_member_team_id", "member")
    op.create_index("ix_member_team_id_member_joined_at", "member", ["team_id", "joined_at"])


def downgrade() -> None:
    op.drop_index("ix_member_team_id_member_joined_at", "member")
    op.create_index("ix_member_team_id", "member", ["team_id"])
    op.drop_table("team_sum")
    op.drop_index("ix_team_standing_last", "team_standing")
    op.drop_column("team_standing", "last")
    week = timedelta(days=6)
    boards = op.get_bind().execute(sa.select(BOARD.c.id, BOARD.c.since, BOARD.c.until)).all()
    for number in [each.id for each in boards if each.until - each.since == week]:
        op.execute(STANDING.delete().where(STANDING.c.board_id == number))
        op.execute(TEAM_STANDING.delete().where(TEAM_STANDING.c.board_id == number))
        op.execute(BOARD.delete().where(BOARD.c.id == number))
    _span()
