"""Linking and unlinking: what becomes of people, of boards and of codes in the transaction that does it."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import house_boards
from bot.store.adding_up import lock_boards
from bot.store.links import house_of, people_of
from bot.store.models import Board, House, LinkCode, Person, Player, Workspace
from bot.store.once import insert_new


async def link_workspaces(session: AsyncSession, one: int, other: int, now: datetime) -> int | None:
    """Let two workspaces be a house; its row, or `None` where one of them is in one already."""
    both = {one, other}
    rows = select(Workspace.house_id).where(Workspace.id.in_(both)).order_by(Workspace.id)
    found = (await session.scalars(rows.with_for_update(key_share=True))).all()
    if len(found) != 2 or any(house_id is not None for house_id in found):
        return None
    house = House(linked_at=now)
    session.add(house)
    await session.flush()
    await session.execute(update(Workspace).where(Workspace.id.in_(both)).values(house_id=house.id))
    await session.execute(delete(LinkCode).where(LinkCode.workspace_id.in_(both), LinkCode.person_id.is_(None)))
    await _lock_workspaces(session, both)
    await house_boards.recount(session, house.id)
    return house.id


async def unlink_workspaces(session: AsyncSession, workspace_id: int) -> bool:
    """Let the house of a workspace be no more, nor its players; whether there was one."""
    house_id = await house_of(session, workspace_id)
    if house_id is None:
        return False
    players = select(Player.id).where(Player.house_id == house_id)
    people = select(Person.id).where(Person.player_id.in_(players)).order_by(Person.id)
    await session.execute(people.with_for_update())
    both = (await session.scalars(select(Workspace.id).where(Workspace.house_id == house_id))).all()
    await session.execute(delete(LinkCode).where(LinkCode.workspace_id.in_(both)))
    await _lock_workspaces(session, both)
    gone = delete(House).where(House.id == house_id).returning(House.id)
    return await session.scalar(gone.execution_options(synchronize_session=False)) is not None


async def _lock_workspaces(session: AsyncSession, workspace_ids: Collection[int]) -> None:
    """Let nobody count scores of some workspaces until this transaction ends: whoever does locks a board of all time of
    theirs, and looks only then for the house.
    """
    spans = {"since": date.min, "until": date.max}
    rows = [{"workspace_id": each, "place_id": None, **spans} for each in sorted(workspace_ids)]
    await insert_new(session, Board, rows, Board.id)
    await lock_boards(session, Board.workspace_id.in_(workspace_ids))


async def link_people(session: AsyncSession, house_id: int, people: Collection[int], now: datetime) -> bool:
    """Let two people of the workspaces of a house be one player; whether they are: neither may be one already."""
    ids = sorted(people)
    rows = select(Person.player_id).where(Person.id.in_(ids)).order_by(Person.id)
    found = (await session.scalars(rows.with_for_update())).all()
    if len(found) != 2 or any(player_id is not None for player_id in found):
        return False
    player = Player(house_id=house_id, linked_at=now)
    session.add(player)
    await session.flush()
    await session.execute(update(Person).where(Person.id.in_(ids)).values(player_id=player.id))
    await session.execute(delete(LinkCode).where(LinkCode.person_id.in_(ids)))
    await house_boards.recount_people(session, house_id, ids)
    return True


async def lock_players(session: AsyncSession, person_ids: Collection[int]) -> None:
    """Lock these people and whom they are linked with, in the order in which everybody locks people."""
    players = select(Person.player_id).where(Person.id.in_(person_ids), Person.player_id.is_not(None))
    found = (await session.scalars(players)).all()
    query = select(Person.id).where(or_(Person.id.in_(person_ids), Person.player_id.in_(found)))
    await session.execute(query.order_by(Person.id).with_for_update())


async def unlink_people(session: AsyncSession, person_ids: Collection[int]) -> bool:
    """Let these people, who are locked with whom they are linked, be linked with nobody; whether any of them was."""
    query = select(Person.player_id).where(Person.id.in_(person_ids), Person.player_id.is_not(None)).distinct()
    players = (await session.scalars(query)).all()
    for player_id in sorted(each for each in players if each is not None):
        await _split(session, player_id)
    return bool(players)


async def _split(session: AsyncSession, player_id: int) -> None:
    people = await people_of(session, player_id)
    gone = delete(Player).where(Player.id == player_id).returning(Player.house_id)
    house_id = await session.scalar(gone.execution_options(synchronize_session=False))
    if house_id is not None:  # else somebody was quicker
        await house_boards.recount_people(session, house_id, people)


async def drop_codes(session: AsyncSession, workspace_id: int) -> None:
    """Let no code of a workspace or of anybody in it be good any more."""
    await session.execute(delete(LinkCode).where(LinkCode.workspace_id == workspace_id))
