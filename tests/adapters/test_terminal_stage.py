"""The stage of the terminal tells what one person sees from what everybody sees."""

import pytest

from adapters.terminal.terminal import HERE
from bot.cards.model import Button, Buttons, Card, say
from bot.commands import Answer, Board, MyStats, Setup, Today
from bot.domain.identity import Posted
from tests import gallery
from tests.fakes.terminal import RecordingDoor, TerminalStage

QUESTION = Card("Question", (Buttons((Button("A", Answer(1, "A")), Button("B", Answer(1, "B")))),), "A question.")
CLOSED = Card("Closed", (Buttons((Button("Board", Board()),)),), "Closed.")
RECEIPT = Card(
    "Recorded A", (Buttons((Button("I'm sure", Answer(1, "A", sure=True), primary=True),)),), summary="Recorded."
)


async def test_the_stage_keeps_private_and_public_apart() -> None:
    stage = TerminalStage()
    door = RecordingDoor({Today: QUESTION, Answer: RECEIPT, Setup: gallery.setup()}, public=frozenset({Board}))
    await stage.connect(door)
    posted = await stage.platform.post(HERE, QUESTION, "q1:answer:1")
    assert isinstance(posted, Posted)
    [question] = stage.channel()
    assert question.buttons == ("A", "B")
    receipt = await stage.press("grace", question, "A")
    assert (receipt.text, receipt.buttons) == ("Recorded A\n\n[1] I'm sure ⏎\n", ("I'm sure",))
    await stage.ask("linus", "board")
    await stage.platform.edit(posted, CLOSED)
    await stage.press("grace", receipt, "I'm sure")
    await stage.press("linus", stage.channel()[0], "Board")
    assert [seen.text.split()[0] for seen in stage.channel()] == ["Closed", "Heard", "Heard"]
    assert stage.private("grace")[0] == receipt
    assert not stage.private("linus")
    form = await stage.ask("ada", "setup")
    assert form.form
    await stage.fill("ada", form, {"at": "11:00", "topics": "states"})
    assert Setup("11:00", "Europe/Berlin", "mon-fri", "states") in door.commands
    with pytest.raises(LookupError):
        await stage.press("linus", receipt, "I'm sure")
    await stage.disconnect()
    await stage.connect(door)
    assert len(stage.channel()) == 3
    await stage.ask("grace", "me")
    assert door.commands[-1] == MyStats()
    await stage.disconnect()


async def test_prose_of_a_card_reaches_the_stage_as_text() -> None:
    stage = TerminalStage()
    await stage.connect(RecordingDoor())
    await stage.platform.post(HERE, Card("Notice", (say("Hello **there**"),), ""), "k")
    assert stage.channel()[0].text == "Notice\n\nHello there\n"
    await stage.disconnect()
