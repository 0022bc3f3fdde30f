"""Seeing, hiding, taking along and erasing what is stored, in the same words on every platform."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.bank import Bank
from bot.cards import text
from bot.cards.model import File
from bot.cards.privacy import FILE_NAME, exported, privacy_of
from bot.commands import Command, Privacy
from bot.domain.grading import Verdict
from bot.domain.identity import Person, Place, Posted
from bot.domain.question import Kind
from bot.play.privacy import MyData
from bot.ports import Reply, Suggestion
from bot.store.handing_out import Identity, Said, Scored
from tests.fakes.discord import DiscordStage, people
from tests.fakes.slack.stage import SlackStage
from tests.fakes.staying import Staying
from tests.house import Time
from tests.spoken import HOSTILE
from tests.stage import ADMIN, MEMBERS, Seen, Stage
from tests.stages import WAYS
from tests.tables import on, rows
from tests.test_story import asked, bot, hides, only, says

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture(params=WAYS)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A channel on one platform after the other, reached by every way there is."""
    async with WAYS[request.param]() as stage:
        if isinstance(stage, SlackStage):
            stage.slack.scopes.add("users:read")
            stage.slack.workspace.admins.add(ADMIN)
        yield stage


def data_in(seen: Seen) -> dict[str, Any]:
    """The export that can be read there, whole."""
    found = re.search(r'\{\s*"format".*\}', seen.text, re.DOTALL)
    assert found, seen.text
    told: dict[str, Any] = json.loads(found[0])
    return told


async def found(database_url: str, *words: str) -> list[str]:
    """Every value of every table in which one of these stands."""
    tables = await on(database_url, rows)
    values = [str(value) for its in tables.values() for row in its for value in row]
    return [value for value in values if any(word in value.casefold() for word in words)]


async def test_a_person_hides_takes_their_data_along_and_is_forgotten(
    stage: Stage, database_url: str, bank: Bank, time: Time
) -> None:
    bank, (grace, linus, _) = only(bank, Kind.CHOICE), MEMBERS
    async with bot(stage, database_url, bank, time) as house:
        await stage.fill(ADMIN, await stage.ask(ADMIN, "setup"), {"zone": "UTC", "days": "daily"})
        time.set("2026-11-23 09:00")
        await house.delivery.sweep()
        [posted] = stage.channel()
        key = asked(bank, posted).key
        for name in (grace, linus):
            await stage.press(name, posted, key)
        time.set("2026-11-24 09:00")
        await house.delivery.sweep()

        # Linus looks at what there is, and hides.
        mine = await stage.ask(linus, "privacy")
        says(mine, "Your privacy", "Others see your name", "1 answer and 1 score")
        hidden = await stage.press(linus, mine, "Hide my name")
        says(hidden, "You are hidden")
        says(await stage.ask(grace, "board all"), "someone", grace)
        hides(await stage.ask(grace, "board all"), linus)
        says(await stage.ask(linus, "board all"), "you")

        # He takes his data along.
        told = data_in(await stage.press(linus, await stage.press(linus, hidden, "Privacy"), "Export my data"))
        [me] = told["identities"]
        assert (me["name"], me["hidden"], len(me["answers"]), len(me["scores"])) == (linus, True, 1, 1)
        assert grace not in json.dumps(told)

        # He is asked first, and then forgotten.
        sure = await stage.ask(linus, "privacy forget")
        says(sure, "Forget you?", "What goes", "What stays: 1 answer and 1 score")
        assert await found(database_url, linus) != []
        says(await stage.press(linus, sure, "Forget me for good"), "You are forgotten")
        assert await found(database_url, linus, me["id"].casefold()) == []
        says(await stage.ask(linus, "privacy"), "Nothing is stored about you")
        says(await stage.ask(grace, "board all"), grace, "2 people on this board")
        hides(await stage.ask(grace, "board all"), "someone")
        says(await stage.ask(grace, "privacy forget confirm:yes"), "You are forgotten")
    assert await found(database_url, grace, linus) == []


async def test_an_admin_erases_the_workspace_and_begins_anew(
    stage: Stage, database_url: str, bank: Bank, time: Time
) -> None:
    async with bot(stage, database_url, bank, time) as house:
        await stage.fill(ADMIN, await stage.ask(ADMIN, "setup"), {"zone": "UTC", "days": "daily"})
        says(await stage.ask(ADMIN, "post"), "")
        await house.idle()
        before = len(stage.channel())
        assert before > 0
        member = await stage.ask(MEMBERS[0], "privacy erase")
        if "Erase it all…" not in member.buttons:  # at a terminal everybody may
            says(member, "Nothing was erased", "remove me from the workspace")
        really = await stage.press(ADMIN, await stage.ask(ADMIN, "privacy erase"), "Erase it all…")
        says(really, "There is no way back")
        assert await found(database_url, ADMIN) != []
        erased = await stage.press(ADMIN, really, "Yes, erase everything")
        says(erased, "Nothing of this workspace is stored any more")
        assert await found(database_url, ADMIN, "utc") == []

        # Nothing of it is taken for what comes after it.
        says(await stage.ask(ADMIN, "board"), "No daily question here yet")
        await stage.fill(ADMIN, await stage.ask(ADMIN, "setup"), {"zone": "UTC", "days": "daily"})
        await stage.ask(ADMIN, "post")
        await house.idle()
        assert len(stage.channel()) == before + 1


class HandingOut(Staying):
    """A door that hands the same data out, whatever is asked."""

    def __init__(self, data: MyData) -> None:
        super().__init__()
        self.data, self.asked = data, list[Command]()

    async def handle(self, command: Command, person: Person, place: Place, pressed: Posted | None = None) -> Reply:  # noqa: ARG002  # the contract's
        """Hand it out, from the page that was asked for."""
        self.asked.append(command)
        page = command.page if isinstance(command, Privacy) and command.page else 1
        return Reply(privacy_of(MyData(self.data.at, self.data.identities, page)))

    async def suggest(self, *_: object) -> Sequence[Suggestion]:
        """Nothing to suggest."""
        return ()

    async def settled(self) -> None:
        """Nothing is ever due."""


def years(count: int) -> MyData:
    """What somebody is handed out who answered every day for years, under a name that means no good."""
    days = range(count * 250)
    said = (Said(n, "C1", date(2026, 1, 1), f"sess-{n:04}", 1, "B", sure=False, at=NOON) for n in days)
    scored = (
        Scored(n, "C1", date(2026, 1, 1), None, "B", sure=False, verdict=Verdict.RIGHT, points=10, hinted=False)
        for n in days
    )
    name = HOSTILE + "Zoë\n```"
    me = Identity("p", "w", name, "1", name, hidden=False, keeps=(), answers=tuple(said), scores=tuple(scored))
    return MyData(NOON, (me,), 1)


async def test_what_many_years_left_is_handed_out_whole(stage: Stage) -> None:
    """As a file, or on the screen, or page by page."""
    door = HandingOut(years(1))
    await stage.connect(door)
    seen = await stage.ask(ADMIN, "privacy export")
    pages = [seen]
    while turn := next((label for label in seen.buttons if label == f"Page {len(pages) + 1} of {_of(label)}"), None):
        seen = await stage.press(ADMIN, seen, turn)
        pages.append(seen)
    parts = [page.text.split(FILE_NAME, 1)[1].partition("\n")[2] for page in pages]
    shown = "\n".join(parts)
    assert json.JSONDecoder().raw_decode(shown)[0] == json.loads(exported(door.data))
    assert (len(pages) > 1) is isinstance(stage, SlackStage)
    if len(pages) > 1:
        back = await stage.press(ADMIN, pages[-1], f"Page {len(pages) - 1} of {len(pages)}")
        assert back.text == pages[-2].text
    await stage.disconnect()


def _of(label: str) -> str:
    return label.rpartition(" ")[2]


async def test_a_file_is_gone_when_its_message_says_something_else(stage: Stage) -> None:
    door = HandingOut(years(0))
    await stage.connect(door)
    seen = await stage.ask(ADMIN, "privacy export")
    assert '"format"' in seen.text
    door.data = MyData(NOON, (), 1)
    after = await stage.press(ADMIN, seen, "Privacy")
    assert '"format"' not in after.text
    await stage.disconnect()


def test_more_than_a_file_may_hold_is_said_and_nothing_is_cut() -> None:
    card = privacy_of(years(150))
    assert "more than can be handed over here" in text.render(card)
    assert not any(isinstance(block, File) for block in card.blocks)


async def test_alone_with_the_bot_in_no_server_one_is_forgotten_in_all(
    database_url: str, bank: Bank, time: Time
) -> None:
    grace = MEMBERS[0]
    async with DiscordStage() as stage, bot(stage, database_url, bank, time):
        says(await stage.ask(grace, "privacy hide"), "You are hidden")
        world = stage.server.world
        world.channels[(elsewhere := next(world.ids))] = next(world.ids)
        await people.settle(await people.slash(stage.server, grace, "privacy", {"do": "hide"}, channel=elsewhere))
        for do, told in (("", "in every workspace"), ("export", '"identities"'), ("forget", "Forget you?")):
            values = {"do": do} if do else {}
            slash = await people.slash(stage.server, grace, "privacy", values, alone=True)
            seen = stage.seen(await people.settle(slash))
            says(seen, told)
        assert len(await found(database_url, str(world.people[grace].id))) == 2
        message = world.messages[int(seen.id)]
        sure = message.buttons()["Forget me for good"]
        gone = await people.settle(await people.press(stage.server, grace, message, sure, alone=True))
        says(stage.seen(gone), "You are forgotten", "in every workspace")
        assert await found(database_url, grace, str(world.people[grace].id)) == []
