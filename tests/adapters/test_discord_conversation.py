"""What people do on Discord, and what they see: through the gateway, with the real discord.py."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.cards.model import Button, Buttons, Card, Choice, Field, Form, Group, Menu, Prose, Text
from bot.commands import (
    Answer,
    Attempt,
    Explain,
    Home,
    Keepers,
    Lookup,
    Misread,
    MyStats,
    Practice,
    Setup,
    Today,
    Why,
    Write,
)
from bot.domain.identity import Posted, Workspace
from bot.ports import Audience, Reply, Suggestion
from tests import gallery
from tests.fakes.discord import DiscordStage, people
from tests.fakes.discord.doorman import Doorman
from tests.fakes.discord.world import CHANNEL, GUILD, Message

REPLY = Reply(Card("A card", (Buttons((Button("Me", MyStats()), Button("Today", Today()))),), "A card"))
PUBLIC = Reply(Card("For all", (), "For all"), Audience.PLACE)
FORM = Reply(gallery.setup())


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with DiscordStage() as stage:
        yield stage
    assert stage.server.breaches == []
    assert stage.server.world.echoes() == []


@pytest.fixture
async def door(stage: DiscordStage) -> Doorman:
    door = Doorman(REPLY)
    await stage.connect(door)
    return door


async def test_a_word_becomes_its_command(stage: DiscordStage, door: Doorman) -> None:
    seen = await stage.ask("ada", "practice transactions 3")
    assert seen.text == "A card"
    assert seen.buttons == ("Me", "Today")
    (asked,) = door.asked
    assert asked.command == Practice("transactions", 3)
    assert (asked.person.name, asked.person.manages) == ("ada", True)
    assert asked.person.workspace == Workspace("discord", str(GUILD))
    assert asked.place == stage.place
    assert asked.pressed is None
    await stage.ask("grace", "setup at:09:00 zone:Europe/Berlin days:mon-fri")
    assert door.asked[-1].command == Setup("09:00", "Europe/Berlin", "mon-fri")
    assert door.asked[-1].person.manages is False
    assert stage.channel() == []
    assert [each.text for each in stage.private("ada")] == ["A card"]


async def test_nothing_said_is_home(stage: DiscordStage, door: Doorman) -> None:
    await stage.ask("ada", "")
    await people.settle(await people.bare(stage.server, "ada"))
    assert [asked.command for asked in door.asked] == [Home(), Home()]


async def test_the_name_is_the_one_of_the_server(stage: DiscordStage, door: Doorman) -> None:
    stage.server.world.add("kay", nick="Alan @everyone")
    await stage.ask("kay", "today")
    assert door.asked[-1].person.name == "Alan @everyone"


async def test_words_of_an_older_release_are_answered(stage: DiscordStage, door: Doorman) -> None:
    await stage.ask("ada", "quizme")
    await stage.ask("ada", "board people span:century")
    await people.settle(await people.slash(stage.server, "ada", "explain", {}))
    await people.settle(await people.slash(stage.server, "ada", "today", {"colour": "red"}))
    assert [asked.command for asked in door.asked] == [
        Misread("quizme", Why.WORD, near=("resume", "me")),
        Misread("century", Why.VALUE, "board", ("day", "week", "season", "all")),
        Misread("question", Why.MISSING, "explain"),
        Today(),
    ]
    assert await people.typing(stage.server, "ada", "quizme", "topic", "x") == []


async def test_a_conversation_with_the_bot_alone_is_a_workspace(stage: DiscordStage, door: Doorman) -> None:
    asked = await people.settle(await people.slash(stage.server, "grace", "practice", {}, alone=True))
    grace = stage.server.world.people["grace"].id
    assert door.asked[0].place.workspace == Workspace("discord", f"dm-{grace}")
    assert door.asked[0].place.personal
    assert asked.shown is not None
    again = await people.settle(await people.press(stage.server, "grace", asked.shown, "q1:mystats", alone=True))
    assert again.shown is asked.shown


async def test_completions_come_from_the_quiz(stage: DiscordStage, door: Doorman) -> None:
    many = [Suggestion(f"zone-{n}", "Zone " + "x" * 120) for n in range(30)]
    door.suggestions = [Suggestion("y" * 101, "too long to be a value"), Suggestion("unnamed", ""), *many]
    shown = await people.typing(stage.server, "ada", "setup", "zone", "Eur")
    assert [choice["value"] for choice in shown] == ["unnamed", *(f"zone-{n}" for n in range(24))]
    assert shown[0]["name"] == "unnamed"
    assert door.typed[0][:3] == ("setup", "zone", "Eur")


async def test_a_press_on_a_private_card_changes_that_card(stage: DiscordStage, door: Doorman) -> None:
    seen = await stage.ask("ada", "today")
    door.says = Reply(gallery.personal())
    changed = await stage.press("ada", seen, "Me")
    assert changed.id == seen.id
    assert changed.text.startswith("Your numbers")
    assert door.asked[-1].command == MyStats()
    assert door.asked[-1].pressed is None
    assert [each.id for each in stage.private("ada")] == [seen.id, seen.id]


async def test_a_press_on_a_public_card_is_answered_in_private(stage: DiscordStage, door: Doorman) -> None:
    posted = await stage.platform.post(stage.place, gallery.question(), "q1:answer:2147483647")
    assert isinstance(posted, Posted)
    seen = await stage.press("grace", stage.channel()[0], "B")
    assert door.asked[-1].command == Answer(2**31 - 1, "B")
    assert door.asked[-1].pressed == posted
    assert [each.id for each in stage.private("grace")] == [seen.id]
    assert stage.private("linus") == []
    assert [each.id for each in stage.channel()] == [posted.message]


async def test_a_public_reply_is_public(stage: DiscordStage, door: Doorman) -> None:
    private = await stage.ask("ada", "today")
    door.says = PUBLIC
    await stage.ask("ada", "today")
    await stage.press("ada", private, "Me")
    assert [each.text for each in stage.channel()] == ["For all", "For all"]
    assert len(stage.private("ada")) == 1


async def test_buttons_live_on_after_a_restart(stage: DiscordStage, door: Doorman) -> None:
    seen = await stage.ask("ada", "today")
    await stage.platform.post(stage.place, gallery.question(), "q1:answer:2147483647")
    await stage.disconnect()
    await stage.connect(door)
    await stage.press("ada", seen, "Today")
    await stage.press("ada", stage.channel()[0], "C")
    assert [asked.command for asked in door.asked[1:]] == [Today(), Answer(2**31 - 1, "C")]


@pytest.mark.parametrize("wire", ["q1:answer:x:B", "q2:answer:1:B", "somebody else's", "q1:" + "x" * 97, "\n"])
async def test_forged_and_foreign_buttons_are_answered(stage: DiscordStage, door: Doorman, wire: str) -> None:
    seen = await stage.ask("ada", "today")
    answered = await stage.forge("ada", seen, wire)
    assert answered.text == "A card"
    assert door.asked[-1].command == Misread(wire[:90], Why.BUTTON)


async def test_a_form_is_filled_in(stage: DiscordStage, door: Doorman) -> None:
    door.replies = {Setup: FORM}
    form = await stage.ask("ada", "setup")
    assert form.form
    door.replies = {}
    seen = await stage.fill("ada", form, {"at": "10:00", "days": "daily"})
    assert seen.text == "A card"
    assert door.asked[-1].command == Setup("10:00", "Europe/Berlin", "daily")


async def test_a_form_outlives_a_restart_and_two_people_share_it(stage: DiscordStage, door: Doorman) -> None:
    door.replies = {Setup: FORM}
    forms = [await stage.ask("ada", "setup"), await stage.ask("grace", "setup")]
    await stage.disconnect()
    door.replies = {}
    await stage.connect(door)
    await stage.fill("grace", forms[1], {"topics": "states"})
    await stage.fill("ada", forms[0], {})
    assert [(asked.person.name, asked.command) for asked in door.asked[2:]] == [
        ("grace", Setup("09:00", "Europe/Berlin", "mon-fri", "states")),
        ("ada", Setup("09:00", "Europe/Berlin", "mon-fri")),
    ]


async def test_a_form_opened_from_a_private_card_changes_that_card(stage: DiscordStage, door: Doorman) -> None:
    seen = await stage.ask("ada", "today")
    door.says = FORM
    form = await stage.press("ada", seen, "Me")
    door.says = PUBLIC
    assert (await stage.fill("ada", form, {})).id != seen.id
    door.says = REPLY
    assert (await stage.fill("ada", form, {})).id == seen.id


async def test_a_form_after_a_form_waits_behind_a_button(stage: DiscordStage, door: Doorman) -> None:
    door.says = FORM
    seen = await stage.fill("ada", await stage.ask("ada", "setup"), {})
    assert (seen.text, seen.buttons) == ("Daily question", ("Daily question",))
    assert (await stage.press("ada", seen, "Daily question")).form
    assert door.asked[-1].command == Setup()


async def test_a_form_that_opens_late_is_the_same_form(stage: DiscordStage, door: Doorman) -> None:
    door.says = Reply(Form("Explain", "explain", (Field("question", "Question"),), "Go", again=Write("sess-1")))
    form = await stage.ask("ada", "today")
    seen = await stage.fill("ada", form, {"question": "sess-1"})
    door.says = REPLY
    await stage.press("ada", seen, "Explain")
    assert [asked.command for asked in door.asked[1:]] == [Explain("sess-1"), Write("sess-1")]


async def test_several_entries_of_a_menu_are_one_answer(stage: DiscordStage, door: Doorman) -> None:
    choices = tuple(Choice(letter, f"{letter}: option {letter}") for letter in "ABC")
    letters = tuple(Button(letter, Answer(12, letter, more=True)) for letter in "ABC")
    menu = Buttons(letters, Menu("Choose", Answer(12, ""), choices))
    practise = Buttons((), Menu("Choose", Attempt("sess-1", "", "states", 2), choices))
    door.says = Reply(Card("Several", (menu, practise), "Several"))
    seen = await stage.ask("ada", "today")
    message = stage.server.world.messages[int(seen.id)]
    for custom_id, values in (("q1:answer:12", "CA"), ("q1:attempt:sess-1::states:2", "B")):
        await people.settle(await people.choose(stage.server, "ada", message, custom_id, values))
    assert [asked.command for asked in door.asked[1:]] == [Answer(12, "CA"), Attempt("sess-1", "B", "states", 2)]


async def test_people_and_roles_are_picked_from_discords_own_lists(stage: DiscordStage, door: Doorman) -> None:
    world = stage.server.world
    linus, quizzers = world.add("linus", nick="Linus  T."), world.roles["quizzers"]
    for word, values in (
        ("keepers", {"add": "linus"}),
        ("setup", {"ping": "quizzers"}),
        ("setup", {"ping": "@everyone"}),
    ):
        await people.settle(await people.slash(stage.server, "ada", word, values))
    assert [asked.command for asked in door.asked] == [
        Keepers(add=f"{linus.id} Linus T."),
        Setup(ping=str(quizzers)),
        Setup(ping="everyone"),
    ]


async def test_only_the_role_of_the_card_is_notified(stage: DiscordStage, door: Doorman) -> None:
    quizzers, others = str(stage.server.world.roles["quizzers"]), "77"
    words = Prose((Group(quizzers), Group(others), Text(" @everyone <@&77>")))
    card = Card("Question", (words, Buttons((Button("A", Answer(1, "A")),))), "x", ping=quizzers)
    for number, each in enumerate((card, replace(card, ping=None), replace(card, ping="@everyone")), 1):
        assert isinstance(await stage.platform.post(stage.place, each, f"q1:answer:{number}"), Posted)
    pinged = [message.mentions for message in stage.server.world.public(CHANNEL)]
    assert pinged == [{f"<@&{quizzers}>"}, set(), set()]
    [_, quiet, _] = stage.server.world.public(CHANNEL)
    await stage.platform.edit(Posted(stage.place, str(quiet.id)), card)
    assert quiet.mentions == set(), "an edit notifies nobody"
    assert door.asked == []


async def test_what_the_bot_may_not_do_in_a_channel_is_known(
    stage: DiscordStage, door: Doorman, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.ask("ada", "setup")
    assert not door.asked[-1].place.lacks
    monkeypatch.setattr(people, "PERMISSIONS", people.PERMISSIONS & ~(1 << 11) & ~(1 << 14))
    await stage.ask("ada", "setup")
    assert door.asked[-1].place.lacks == ("Send Messages", "Embed Links")


async def test_a_messages_own_menu_asks_about_that_message(stage: DiscordStage, door: Doorman) -> None:
    seen = await stage.ask("ada", "today")
    message = stage.server.world.messages[int(seen.id)]
    answer = await people.settle(await people.look_up(stage.server, "grace", message, "Explain this question"))
    assert answer.shown is not None
    assert door.asked[-1].command == Lookup(seen.id)
    [entry] = [entry for entry in stage.server.world.commands if entry["type"] == 3]
    assert (entry["name"], entry["contexts"], entry["integration_types"]) == (
        "Explain this question",
        [0, 1, 2],
        [0, 1],
    )


async def test_a_foreign_form_is_answered(stage: DiscordStage, door: Doorman) -> None:
    door.says = FORM
    form = await stage.ask("ada", "setup")
    door.says = REPLY
    opened = stage.server.world.interactions
    for asked in opened.values():
        if asked.modal:
            asked.modal["custom_id"] = "q0-form:setup"
    assert (await stage.fill("ada", form, {})).text == "A card"
    assert door.asked[-1].command == Misread("q0-form:setup", Why.BUTTON)


async def test_messages_of_others_with_our_words_are_only_words(stage: DiscordStage, door: Doorman) -> None:
    door.says = Reply(Card("Hello", (Prose((Text("@everyone <@1> **you**"),)),), "Hello"), Audience.PLACE)
    seen = await stage.ask("ada", "today")
    assert seen.text == "Hello\n@everyone <@1> **you**"
    (message,) = stage.server.world.public(CHANNEL)
    assert isinstance(message, Message)
    assert message.mentions == set()
