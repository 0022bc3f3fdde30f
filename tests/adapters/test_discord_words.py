"""Every word, completion, button, menu and message menu of the real quiz, through real discord.py."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

import pytest

from bot.bank import Bank
from bot.grammar import WORDS, Argument, Completes, Word
from bot.store.database import Database
from tests.fakes.discord import DiscordStage, people
from tests.fakes.discord.world import CHANNEL
from tests.house import House, Time
from tests.stage import ADMIN, MEMBERS, Seen

pytestmark = pytest.mark.sqlite_only("it is about how words are drawn")

FILLED = {
    Completes.TOPIC: "states",
    Completes.TOPICS: "states,transactions",
    Completes.QUESTION: "sess-0035",
    Completes.ZONE: "Europe/Berlin",
    Completes.DAY: "2026-12-24",
    Completes.COUNTRY: "DE",
    Completes.WORD: "board",
    Completes.GROUP: "quizzers",
    Completes.PERSON: MEMBERS[0],
}
TYPED = {
    "question": "sess-0035",
    "at": "10:00",
    "days": "daily",
    "version": "2.0",
    "skip": "2026-12-24",
    "window": "8h",
    "text": "it flushes, and that is not what the key says",
    "name": "Owls",
    "round": "1",
    "answer": "B",
    "code": "ACDEF-GHJKM",
}
MOST_PRESSES = 120


@dataclass
class Open:
    """A stage whose drill has revealed one question and asks the next."""

    stage: DiscordStage
    house: House


@pytest.fixture
async def running(database: Database, bank: Bank, time: Time) -> AsyncIterator[Open]:
    async with DiscordStage() as stage:
        house = House(database, bank, time, [stage.platform])
        await stage.connect(house.quiz)
        await stage.ask(ADMIN, "setup at:9:00 zone:UTC days:daily")
        for day in (date(2026, 11, 23), date(2026, 11, 24)):
            time.set(f"{day} 09:00")
            await house.delivery.sweep()
        yield Open(stage, house)


def filled(argument: Argument) -> str:
    """A good value of an argument."""
    return argument.choices[0] if argument.choices else FILLED.get(argument.completes) or TYPED[argument.name]


def good(seen: Seen) -> None:
    """An answer, and no excuse."""
    for excuse in ("Something went wrong", "I did not get that", "I do not know that word", "too old", "missing"):
        assert excuse not in seen.text.split("\n")[0], seen.text


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
async def test_every_word_is_answered_with_all_its_options(running: Open, word: Word) -> None:
    stage = running.stage
    values = {argument.name: filled(argument) for argument in word.arguments}
    asked = await people.settle(await people.slash(stage.server, ADMIN, word.name, values))
    good(stage.seen(asked))
    bare = {argument.name: values[argument.name] for argument in word.arguments if argument.required}
    good(stage.seen(await people.settle(await people.slash(stage.server, MEMBERS[1], word.name, bare))))


@pytest.mark.parametrize(
    ("word", "option", "typed", "expected"),
    [
        ("practice", "topic", "trans", "transactions"),
        ("setup", "topics", "states,trans", "states,transactions"),
        ("setup", "topics", "", "all"),
        ("setup", "zone", "berl", "Europe/Berlin"),
        ("pause", "until", "", "2026-11-25"),
        ("help", "word", "boa", "board"),
    ],
)
async def test_every_completion_is_offered(running: Open, word: str, option: str, typed: str, expected: str) -> None:
    shown = await people.typing(running.stage.server, ADMIN, word, option, typed)
    assert expected in [choice["value"] for choice in shown]


async def test_the_questions_to_explain_are_those_already_revealed(running: Open) -> None:
    shown = await people.typing(running.stage.server, MEMBERS[0], "explain", "question", "")
    [value] = [choice["value"] for choice in shown]
    seen = await running.stage.ask(MEMBERS[0], f"explain {value}")
    assert value in seen.text
    assert "ran on SQLAlchemy" in seen.text


async def test_the_menu_of_a_message_explains_what_is_closed_and_keeps_what_is_open(running: Open) -> None:
    server, told = running.stage.server, []
    for message in server.world.public(CHANNEL):
        looked = await people.look_up(server, MEMBERS[0], message, "Explain this question")
        told.append(running.stage.seen(await people.settle(looked)).text)
    closed, reveal, following = told
    assert closed == reveal
    assert "ran on SQLAlchemy" in closed
    assert "Not before it closes" in following


async def test_everything_that_can_be_pressed_is_answered(running: Open) -> None:
    """From every message of the channel and from home, on and on, each thing once; then nothing was refused."""
    stage = running.stage
    waiting = [*stage.channel(), await stage.ask(ADMIN, "home"), await stage.ask(ADMIN, "preview")]
    done: set[str] = set()
    while waiting and len(done) < MOST_PRESSES:
        seen = waiting.pop(0)
        for label in seen.buttons:
            kind = f"{seen.text.splitlines()[0]} / {label}"
            message = stage.server.world.messages[int(seen.id)]
            if kind in done or label not in message.labels():  # a private answer changes the message it was asked on
                continue
            done.add(kind)
            answer = await stage.press(ADMIN, seen, label)
            good(answer)
            waiting += [] if answer.form else [answer]
    await running.house.delivery.sweep()
    assert len(done) > 40, done


async def test_alone_with_the_bot_practice_explanations_and_numbers_work(running: Open) -> None:
    stage = running.stage
    for word, values, said in (
        ("practice", {}, "Practice"),
        ("me", {}, "Your numbers"),
        ("explain", {"question": "sess-0035"}, "sess-0035"),
        ("today", {}, "That belongs in a channel"),
        ("setup", {"at": "9:00"}, "That belongs in a channel"),
    ):
        asked = await people.settle(await people.slash(stage.server, MEMBERS[0], word, values, alone=True))
        assert said in stage.seen(asked).text
