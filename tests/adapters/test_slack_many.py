"""Many workspaces through the real slack-bolt, over both ways: added, renewed, removed, and kept apart."""

import asyncio
import time as machine
from collections.abc import AsyncIterator
from typing import get_args

import pytest
from sqlalchemy import select

from bot import commands, wire
from bot.bank import Bank
from bot.commands import Command, Compare, Keepers, Misread
from bot.domain.identity import Place, Workspace
from bot.domain.rounds import RoundState
from bot.ports import Refused
from bot.sealing import KeyRing
from bot.store import models
from bot.store.database import Database
from bot.vault import SealedVault
from tests import gallery
from tests.commanding import every_command
from tests.fakes.slack.many import ManySlack, Team
from tests.fakes.slack.oauth import Grant
from tests.fakes.slack.people import CHANNEL, Channel
from tests.fakes.slack.server import until
from tests.house import House, Time

CREW, SETUP = Grant("T0CREW"), "setup at:09:00 zone:UTC days:daily"


@pytest.fixture(params=["socket", "http"])
async def many(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[ManySlack]:
    del database  # which is there for as long as the bot is
    async with ManySlack(http=request.param == "http") as many:
        yield many


@pytest.fixture
async def house(many: ManySlack, database: Database, bank: Bank, time: Time) -> House:
    house = House(database, bank, time, [many.platform])
    house.quiz.vault = SealedVault(database, KeyRing.read(many.keys), time)
    await many.connect(house.quiz)
    return house


async def known(house: House) -> dict[str, bool]:
    """The workspaces that the quiz has met, and whether it is in them."""
    return {workspace.id: is_in for workspace, is_in in (await house.quiz.workspaces("slack")).items()}


async def end(team: Team, kind: str = "app_uninstalled") -> None:
    """Somebody removes the quiz now, and the bot has heard it."""
    told = await team.elsewhere.end(int(machine.time()) + 1, kind)
    await until(lambda: told.acknowledged)


async def test_a_workspace_that_adds_the_quiz_has_its_day(many: ManySlack, house: House, time: Time) -> None:
    assert "The quiz is in your workspace" in await many.install(CREW)
    crew = many.team("T0CREW")
    assert "is set up" in (await crew.ask("ada", SETUP)).text
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    assert "Daily question" in (await crew.ask("grace", "today")).text
    # Added again: the old token is good for nothing, and nobody notices.
    many.slack.oauth.revoke("T0CREW")
    await many.install(CREW)
    time.set("2026-11-24 09:00")
    await house.delivery.sweep()
    assert [seen.text.split(" · ")[0][:14] for seen in crew.channel()] == [
        "Daily question",
        "The answer is ",
        "Daily question",
    ]


async def test_an_organisation_adds_it_for_all_its_workspaces(many: ManySlack, house: House, time: Time) -> None:
    await many.install(Grant("T0ONE", "E0ORG", whole=True))
    many.slack.team("T0TWO", "E0ORG").channels = {"C0TWO": Channel("C0TWO", "two")}
    one, two = many.team("T0ONE"), many.team("T0TWO")
    for team, channel in ((one, CHANNEL), (two, "C0TWO")):
        asked = await team.hands.ask("ada", SETUP, channel)
        await until(lambda: bool(asked.answers) and asked.acknowledged)  # noqa: B023  # waited for in the same round
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    assert [len(team.channel()) for team in (one, two)] == [1, 1]
    await end(one)
    assert await known(house) == {"T0ONE": False, "T0TWO": False}
    await many.install(Grant("T0ONE", "E0ORG", whole=True))
    assert await known(house) == {"T0ONE": True, "T0TWO": True}


@pytest.mark.usefixtures("house")
async def test_two_requests_at_once_renew_an_ending_token_once(many: ManySlack) -> None:
    await many.install(Grant("T0CREW", rotates=True, life=3600))
    crew = many.team("T0CREW")
    told = await asyncio.gather(crew.ask("ada", "me"), crew.ask("grace", "me"), crew.ask("linus", "board"))
    assert len(told) == 3
    await until(lambda: many.slack.oauth.refreshed > 0)
    assert many.slack.oauth.refreshed == 1


@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked"])
async def test_a_workspace_that_removes_it_is_left_alone(many: ManySlack, house: House, time: Time, kind: str) -> None:
    await many.install(CREW)
    crew = many.team("T0CREW")
    await crew.ask("ada", SETUP)
    many.slack.oauth.revoke("T0CREW")
    for _ in range(2):  # Slack may say so twice
        await end(crew, kind)
    assert await known(house) == {"T0CREW": False}
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    assert crew.channel() == []
    refused = await many.platform.post(Place(Workspace("slack", "T0CREW"), CHANNEL), gallery.question(), "q1:answer:1")
    assert refused == Refused("not installed in this workspace", lasting=True)
    assert "Not installed here" in (await crew.ask("ada", "today")).text

    # Added again within thirty days, it goes on.
    await many.install(CREW)
    assert await known(house) == {"T0CREW": True}
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    time.set("2026-11-24 09:00")
    await house.delivery.sweep()
    assert len(crew.channel()) == 1


async def test_a_token_taken_back_of_which_no_event_tells_counts_as_a_removal(
    many: ManySlack, house: House, time: Time
) -> None:
    await many.install(CREW)
    crew = many.team("T0CREW")
    await crew.ask("ada", SETUP)
    many.slack.oauth.revoke("T0CREW")
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    many.slack.forgive("token_revoked")
    assert await known(house) == {"T0CREW": False}
    assert "Not installed here" in (await crew.ask("ada", "today")).text


async def test_who_has_not_installed_is_acknowledged_before_being_told(many: ManySlack, house: House) -> None:
    await many.install(CREW)
    crew = many.team("T0CREW")
    await end(crew)
    assert await known(house) == {}
    many.slack.responds.clear()
    asked = await crew.hands.ask("ada", "today")
    await until(lambda: asked.acknowledged)
    assert asked.answers == []
    many.slack.responds.set()
    await until(lambda: bool(asked.answers) and "Not installed here" in asked.answers[0].text)


async def test_an_event_that_could_not_be_dealt_with_is_dealt_with_when_it_comes_again(
    many: ManySlack, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await many.install(CREW)
    crew = many.team("T0CREW")
    await crew.ask("ada", SETUP)

    tried = asyncio.Event()

    async def breaks(_: Workspace) -> None:
        tried.set()
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(house.quiz, "left", breaks)
        first = await crew.elsewhere.end(int(machine.time()) + 1)
        await until(lambda: tried.is_set() and (many.slack.http is False or bool(many.slack.breaches)))
        if many.slack.http:
            many.slack.forgive("answered with 503")
    assert not first.acknowledged
    assert await known(house) == {"T0CREW": True}
    await end(crew)
    assert await known(house) == {"T0CREW": False}
    many.slack.sockets.forget(first)


async def test_who_presses_just_as_it_is_removed_brings_nothing_back(many: ManySlack, house: House, time: Time) -> None:
    await many.install(CREW)
    crew = many.team("T0CREW")
    await crew.ask("ada", SETUP)
    await house.quiz.left(Workspace("slack", "T0CREW"))  # as another process has heard
    assert "Removed from here" in (await crew.ask("ada", "me")).text
    assert await known(house) == {"T0CREW": False}
    time.pass_(minutes=2)
    await crew.ask("ada", "me")
    assert await known(house) == {"T0CREW": True}


async def test_a_removal_told_after_it_was_added_again_changes_nothing(many: ManySlack, house: House) -> None:
    await many.install(CREW)
    removed_at = int(machine.time()) - 60
    crew = many.team("T0CREW")
    await crew.ask("ada", SETUP)
    told = await crew.elsewhere.end(removed_at)
    await until(lambda: told.acknowledged)
    assert "10:00" in (await crew.ask("ada", "setup at:10:00 zone:UTC")).text
    assert await known(house) == {"T0CREW": True}


async def test_three_workspaces_at_once_see_nothing_of_each_other(many: ManySlack, house: House, time: Time) -> None:
    names = {f"T{number}": [f"p{number}x{each}" for each in range(12)] for number in range(3)}
    teams: dict[str, Team] = {}
    for team, people in names.items():
        await many.install(Grant(team))
        teams[team] = many.team(team)
        await teams[team].ask(people[0], SETUP)
    for day in (23, 24, 25):
        time.set(f"2026-11-{day} 09:00")
        await house.delivery.sweep()
        questions = {team: each.channel()[-1] for team, each in teams.items()}
        presses = [
            teams[team].hands.forge(name, questions[team], f"q1:answer:{await open_round(house, team)}:A")
            for team, people in names.items()
            for name in people
        ]
        for pressed in await asyncio.gather(*presses):
            await until(lambda: bool(pressed.answers) and pressed.acknowledged)  # noqa: B023  # waited for in its round
    time.pass_(days=1)
    await house.delivery.sweep()
    for team, people in names.items():
        board = (await teams[team].ask(people[3], "board people all")).text
        assert people[3] in board
    everything = {team: each.everything() for team, each in teams.items()}
    for team, people in names.items():
        others = [name for other, each in names.items() if other != team for name in each]
        assert people[3] in everything[team]
        assert [name for name in others if name in everything[team]] == []


async def open_round(house: House, team: str) -> int:
    """The round that is open in a workspace."""
    async with house.database.reading() as session:
        query = select(models.Round.id).join(models.Place).join(models.Workspace)
        query = query.where(models.Workspace.external_id == team, models.Round.state == RoundState.OPEN)
        found = await session.scalar(query)
    assert found is not None
    return found


async def test_no_command_reaches_into_another_workspace(many: ManySlack, house: House, time: Time) -> None:
    for team in ("T0CREW", "T0SPY"):
        await many.install(Grant(team))
    crew, spy = many.team("T0CREW"), many.team("T0SPY")
    await crew.ask("marvin", SETUP)
    await spy.ask("mallory", SETUP)
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    [question] = crew.channel()
    round_ = await open_round(house, "T0CREW")
    await crew.forge("marvin", question, f"q1:answer:{round_}:A")
    before = len(crew.workspace.messages), await counts(house)
    [stage] = spy.channel()
    async with house.database.reading() as session:
        slug = (await session.scalars(select(models.Round.question).where(models.Round.id == round_))).one()
    said = every_command(round_, question.id.split(":")[2], slug or "")
    assert {type(command) for command in said} == {*get_args(Command)} - {Misread}
    for command in said:
        told = await spy.forge("mallory", stage, wire.encode(command))
        if not isinstance(command, Compare | Keepers | commands.Team):  # which say what they were told
            assert "marvin" not in told.text.lower(), command
        assert "T0CREW" not in told.text
    assert (len(crew.workspace.messages), await counts(house)) == before


async def counts(house: House) -> list[tuple[object, ...]]:
    """Who has answered what, and who keeps what, in the first workspace."""
    crew = select(models.Workspace.id).where(models.Workspace.external_id == "T0CREW").scalar_subquery()
    answers = select(models.Answer.round_id, models.Answer.person_id, models.Answer.choice).join(models.Person)
    keepers = select(models.Keeper.drill_id, models.Keeper.person_id, models.Keeper.named).join(models.Person)
    async with house.database.reading() as session:
        said = await session.execute(answers.where(models.Person.workspace_id == crew))
        kept = await session.execute(keepers.where(models.Person.workspace_id == crew))
        return [*map(tuple, said), *map(tuple, kept)]
