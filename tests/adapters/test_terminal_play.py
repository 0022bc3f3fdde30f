"""People at one keyboard: what they type, what the quiz is asked, what the screen shows."""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest

from adapters.terminal import words
from adapters.terminal.keyboard import Sign
from adapters.terminal.screen import Screen
from adapters.terminal.terminal import HERE, Terminal, person
from bot.cards.model import Button, Buttons, Card, Choice, Field, Form
from bot.commands import Answer, Board, Help, Misread, MyStats, Practice, Setup, Stop, Today
from bot.domain.identity import Posted
from bot.ports import Absent
from tests import gallery
from tests.fakes.terminal import RecordingDoor, Typist

QUESTION = Card("Question", (Buttons((Button("A", Answer(1, "A")), Button("B", Answer(1, "B")))),), "A question.")
CLOSED = Card("Closed", (Buttons((Button("Board", Board()),)),), "Closed.")
RECEIPT = Card(
    "Recorded A", (Buttons((Button("I'm sure", Answer(1, "A", sure=True), primary=True),)),), summary="Recorded."
)


class Seat:
    """A terminal whose keyboard is a test's."""

    def __init__(self, door: RecordingDoor) -> None:
        self.door = door
        self.output = io.StringIO()
        self.typist = Typist()
        self.terminal = Terminal(person("ada"), Screen(self.output, live=False, styled=False), self.typist)

    async def opened(self) -> "Seat":
        await self.terminal.start(self.door)
        await self.terminal.listen()
        await self.typist.ready()
        return self

    async def type(self, *lines: str | Sign) -> str:
        """Type lines; what the screen shows from there."""
        before = len(self.output.getvalue())
        for line in lines:
            await self.typist.type(line)
        return self.output.getvalue()[before:]


@pytest.fixture
async def seat() -> AsyncIterator[Seat]:
    seat = Seat(RecordingDoor({Today: QUESTION, Answer: RECEIPT, Setup: gallery.setup()}))
    await seat.opened()
    yield seat
    await seat.terminal.stop()


async def test_it_begins_with_the_open_question(seat: Seat) -> None:
    assert seat.door.heard == [("ada", Today())]
    assert "Question\n\n[A]   [B]\n" in seat.output.getvalue()


async def test_it_begins_with_what_was_posted_before() -> None:
    seat = Seat(RecordingDoor())
    await seat.terminal.post(HERE, QUESTION, "q1:answer:1")
    await seat.terminal.post(HERE, CLOSED, "q1:result:1")
    assert not seat.output.getvalue()
    await seat.opened()
    assert seat.door.heard == []
    shown = seat.output.getvalue()
    assert shown.index("Question") < shown.index("Closed")
    await seat.terminal.stop()


async def test_a_key_presses_its_button_and_a_transcript_shows_it(seat: Seat) -> None:
    shown = await seat.type("b")
    assert seat.door.commands[-1] == Answer(1, "B")
    assert shown.startswith("ada › b\n\nRecorded A\n")


async def test_enter_presses_the_primary_button(seat: Seat) -> None:
    await seat.type("a", "")
    assert seat.door.commands[-1] == Answer(1, "A", sure=True)


async def test_enter_alone_asks_nothing(seat: Seat) -> None:
    await seat.type("", "  ")
    assert seat.door.commands == [Today()]


async def test_a_key_that_is_not_there_gets_a_hint(seat: Seat) -> None:
    assert "There is no key E here, only A B." in await seat.type("e")
    assert "this card has none" in await seat.type("me", "a")
    assert seat.door.commands == [Today(), MyStats()]


async def test_words_are_read_by_the_grammar(seat: Seat) -> None:
    await seat.type("practice states", "/sqla-quiz stop", "bored")
    *_, practice, stop, misread = seat.door.commands
    assert (practice, stop) == (Practice("states"), Stop())
    assert isinstance(misread, Misread)


async def test_help_adds_what_only_a_keyboard_knows(seat: Seat) -> None:
    assert "as NAME" in await seat.type("?")
    assert seat.door.commands[-1] == Help()


async def test_a_public_button_says_where_it_was_pressed_and_a_private_one_does_not(seat: Seat) -> None:
    posted = await seat.terminal.post(HERE, QUESTION, "q1:answer:1")
    await seat.type("a", "1")
    assert seat.door.pressed[-2:] == [posted, None]


async def test_what_a_command_made_due_comes_before_the_next_prompt(seat: Seat) -> None:
    seat.door.due = lambda: seat.terminal.post(HERE, CLOSED, "q1:result:1")
    shown = await seat.type("reveal")
    assert shown.index("Heard") < shown.index("Closed")
    seat.door.due = RecordingDoor().due
    await seat.type("1")
    assert seat.door.commands[-1] == Board()


async def test_a_form_is_asked_field_by_field(seat: Seat) -> None:
    shown = await seat.type("setup", "10:15", "", "2", "states, transactions")
    assert seat.door.commands[-1] == Setup("10:15", "Europe/Berlin", "mon-fri", "states, transactions")
    assert "Local time [09:00]: 10:15\n" in shown
    assert "Time zone [Europe/Berlin]: \n" in shown
    assert "  2  Mon-Fri\n" in shown


@pytest.mark.parametrize("said", ["3", "mon,wed,fri", "Mon,Wed,Fri"])
async def test_a_choice_is_a_number_a_label_or_a_value(seat: Seat, said: str) -> None:
    await seat.type("setup", "", "", said, "")
    assert seat.door.commands[-1] == Setup("09:00", "Europe/Berlin", "mon,wed,fri", None)


async def test_a_form_asks_again_for_what_it_cannot_take() -> None:
    yes_or_no = tuple(Choice(value, value.title()) for value in ("yes", "no"))
    fields = (
        Field("at", "Time"),
        Field("days", "Days", choices=yes_or_no),
        Field("topics", "Topics", "all", required=False),
    )
    seat = await Seat(RecordingDoor({Setup: Form("Setup", "setup", fields, "Save", Setup())})).opened()
    shown = await seat.type("setup", "", "-", "8", "perhaps", "9", "yes", "-")
    assert shown.count(words.NEEDED) == 2
    assert "perhaps is not on the list" in shown
    assert seat.door.commands[-1] == Setup("8", None, "yes", None)
    await seat.terminal.stop()


@pytest.mark.parametrize("cancel", [".", " . ", Sign.INTERRUPT])
async def test_a_form_can_be_left(seat: Seat, cancel: str | Sign) -> None:
    shown = await seat.type("setup", "10:15", cancel)
    assert words.CANCELLED in shown
    assert seat.door.commands == [Today(), Setup()]
    await seat.type("a")
    assert seat.door.commands[-1] == Answer(1, "A"), "the card from before the form has its keys again"


async def test_another_person_takes_the_keyboard(seat: Seat) -> None:
    await seat.terminal.post(HERE, QUESTION, "q1:answer:1")
    shown = await seat.type("a", "as  Grace Hopper", "b")
    assert seat.door.heard[-1] == ("grace hopper", Answer(1, "B"))
    assert seat.terminal.person.name == "Grace Hopper"
    assert seat.terminal.person.manages
    assert "Grace Hopper has the keyboard.\n\nQuestion\n" in shown
    assert "Grace Hopper › b\n" in shown


async def test_nobody_goes_back_to_what_another_was_told(seat: Seat) -> None:
    shown = await seat.type("a", "as grace", "back", "1")
    assert words.FIRST in shown
    assert "this card has none" in shown


async def test_a_nameless_person_is_asked_for_a_name(seat: Seat) -> None:
    assert words.NAMELESS in await seat.type("as", "as \x1b\x07")
    assert seat.terminal.person.name == "ada"


async def test_a_name_is_stripped_of_what_could_steer_the_terminal(seat: Seat) -> None:
    await seat.type("as \x1b[31m\u202egrace" + "e" * 40)
    assert seat.terminal.person.name == "[31mgrace" + "e" * 23


async def test_back_shows_an_earlier_card_as_it_is_now(seat: Seat) -> None:
    posted = await seat.terminal.post(HERE, QUESTION, "q1:answer:1")
    await seat.type("a")
    assert await seat.terminal.edit(posted, CLOSED) == posted
    assert "Closed" not in seat.output.getvalue()
    assert "Closed\n\n[1] Board\n" in await seat.type("back")
    await seat.type("1")
    assert seat.door.commands[-1] == Board()


async def test_keys_are_those_on_the_screen_even_after_an_edit(seat: Seat) -> None:
    posted = await seat.terminal.post(HERE, QUESTION, "q1:answer:1")
    await seat.terminal.edit(posted, CLOSED)
    await seat.type("b")
    assert seat.door.commands[-1] == Answer(1, "B")
    assert seat.door.pressed[-1] == posted


async def test_an_edit_of_a_card_from_another_run_changes_nothing(seat: Seat) -> None:
    before = list(seat.terminal.pages)
    stranger = Posted(HERE, "1")
    assert await seat.terminal.edit(stranger, CLOSED) == stranger
    assert seat.terminal.pages == before


async def test_what_was_posted_is_found_by_its_key(seat: Seat) -> None:
    posted = await seat.terminal.post(HERE, QUESTION, "q1:answer:1")
    assert await seat.terminal.find(HERE, "q1:answer:1") == posted
    assert await seat.terminal.find(HERE, "q1:answer:2") == Absent()


async def test_a_post_leaves_what_is_being_typed_on_the_screen() -> None:
    class HalfTyped(Typist):
        def pending(self) -> str:
            return "ada › prac"

    output = io.StringIO()
    typist = HalfTyped()
    terminal = Terminal(person("ada"), Screen(output, live=True, styled=False), typist)
    await terminal.start(RecordingDoor())
    await terminal.listen()
    await typist.ready()
    await terminal.post(HERE, QUESTION, "q1:answer:1")
    assert output.getvalue().endswith("\r\x1b[K\nQuestion\n\n[A]   [B]\n\nada › prac")
    await terminal.stop()


@pytest.mark.parametrize("goodbye", ["quit", "exit", "q", Sign.END, Sign.INTERRUPT])
async def test_leaving_says_farewell(seat: Seat, goodbye: str | Sign) -> None:
    assert (await seat.type(goodbye)).endswith(f"{words.FAREWELL}\n")
    await seat.terminal.ended()


async def test_the_end_of_the_input_ends_a_form_too(seat: Seat) -> None:
    shown = await seat.type("setup", Sign.END)
    await seat.terminal.ended()
    assert shown.endswith(f"{words.CANCELLED}\n{words.FAREWELL}\n")


async def test_stopping_waits_for_the_answer_in_hand(seat: Seat) -> None:
    seat.door.open.clear()
    seat.typist.put("a")
    await seat.door.asked(Answer(1, "A"))
    stopping = asyncio.create_task(seat.terminal.stop())
    await asyncio.sleep(0)
    seat.door.open.set()
    await stopping
    assert seat.output.getvalue().endswith(f"[1] I'm sure ⏎\n\n{words.FAREWELL}\n")


async def test_a_failure_is_not_swallowed() -> None:
    class Broken(RecordingDoor):
        async def handle(self, *_arguments: object) -> None:  # type: ignore[override]
            raise RuntimeError("no database")

    seat = await Seat(Broken()).opened()
    with pytest.raises(RuntimeError, match="no database"):
        await seat.terminal.ended()
    await seat.terminal.stop()


async def test_what_one_person_is_told_waits_until_they_sit_here(seat: Seat) -> None:
    before = len(seat.output.getvalue())
    told = await seat.terminal.tell(person("grace"), Card("For Grace", (), "For Grace."))
    assert isinstance(told, Posted)
    assert "For Grace" not in seat.output.getvalue()[before:]
    assert "For Grace" in await seat.type("as grace")
    await seat.terminal.tell(person("grace"), Card("At once", (), "At once."))
    assert "At once" in seat.output.getvalue()
    assert "At once" not in await seat.type("as ada", "back")
