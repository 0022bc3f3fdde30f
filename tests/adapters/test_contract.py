"""What every platform owes the quiz, checked on each through its real adapter and its loopback platform.

The loopback platforms refuse whatever breaks a documented limit, and a stage that saw a breach fails its test.
"""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace

import pytest

from bot import grammar
from bot.cards.model import Block, Button, Buttons, Card, Form, Link, Moment, Ranking, Text
from bot.cards.text import lines
from bot.commands import Answer, Command, Home, Misread
from bot.domain.identity import Person, Place, Posted
from bot.ports import Absent, Reply, Suggestion
from bot.wire import chosen, decode, encode
from tests import gallery
from tests.fakes.staying import Staying
from tests.stage import ADMIN, MEMBERS, Seen, Stage
from tests.stages import STAGES


class Showing(Staying):
    """A door that shows one card or form, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.says: Card | Form = gallery.question()
        self.asked: list[tuple[Command, Person, Place, Posted | None]] = []

    async def handle(self, command: Command, person: Person, place: Place, pressed: Posted | None = None) -> Reply:
        """Show it."""
        self.asked.append((command, person, place, pressed))
        return Reply(self.says)

    async def suggest(self, *_: object) -> Sequence[Suggestion]:
        """Nothing to suggest."""
        return ()

    async def settled(self) -> None:
        """Nothing is ever due."""


@pytest.fixture
def door() -> Showing:
    return Showing()


@pytest.fixture(params=STAGES)
async def stage(request: pytest.FixtureRequest, door: Showing) -> AsyncIterator[Stage]:
    async with STAGES[request.param]() as stage:
        await stage.connect(door)
        yield stage
        await stage.disconnect()


def words(part: object) -> Iterator[str]:
    """Every word of a block that a platform may not change: not a moment, which each tells in its own way, and no name
    on a board, which may be cut.
    """
    if isinstance(part, Ranking):
        part = Ranking(tuple(replace(line, name="") for line in part.lines))
    for line in lines(_timeless(part)):  # type: ignore[arg-type]  # a block stays a block
        yield from re.findall(r"[^\W_]{3,}", line)


def _timeless(part: object) -> object:
    if isinstance(part, tuple):
        return tuple(_timeless(each) for each in part if not isinstance(each, Moment))
    if isinstance(part, Link):
        return Text(part.text)  # where it leads may be out of sight
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{f.name: _timeless(getattr(part, f.name)) for f in fields(part) if f.name != "press"})
    return part


def buttons(card: Card) -> list[Button]:
    """The buttons of a card that no menu stands for."""
    groups = [block for block in card.blocks if isinstance(block, Buttons) and not block.menu]
    return [button for group in groups for button in group.items]


def missing(card: Card, seen: Seen) -> list[tuple[Block, str]]:
    """The words of a card that cannot be read in what is seen. Lines may be broken anywhere."""
    shown = "".join(re.findall(r"[^\W_]", seen.text))
    return [
        (block, word)
        for block in card.blocks
        if not isinstance(block, Buttons)
        for word in words(block)
        if word not in shown
    ]


def offers(card: Card, *, menus: bool) -> list[tuple[str, Command]]:
    """What can be pressed or chosen on a card, by its label; with `menus` where the platform has them."""
    found: list[tuple[str, Command]] = []
    for group in (block for block in card.blocks if isinstance(block, Buttons)):
        if menus and (menu := group.menu):
            found += [(c.value, decode(chosen(encode(menu.press), [c.value]))) for c in menu.choices]
        else:
            found += [(button.label, button.press) for button in group.items]
    return found


def key(card: Card) -> str:
    """What a card of this kind would be posted under."""
    presses = [button.press for block in card.blocks if isinstance(block, Buttons) for button in block.items]
    return encode(presses[0])[:25] if presses else "q1:home"


async def test_whoever_is_connected_has_no_trouble(stage: Stage) -> None:
    assert stage.platform.trouble() is None


@pytest.mark.whole_gallery
@pytest.mark.parametrize("name", gallery.CARDS)
async def test_every_card_is_posted_whole_and_can_be_edited(stage: Stage, name: str) -> None:
    card = gallery.CARDS[name]()
    posted = await stage.platform.post(stage.place, card, key(card))
    assert isinstance(posted, Posted), posted
    [seen] = stage.channel()
    assert missing(card, seen) == []
    assert list(seen.buttons) == [label for label, _ in offers(card, menus=stage.menus)]
    other = replace(gallery.question(), title="Edited")
    assert await stage.platform.edit(posted, other) == posted
    [edited] = stage.channel()
    assert edited.id == seen.id
    assert "Edited" in edited.text


@pytest.mark.whole_gallery
@pytest.mark.parametrize("name", gallery.CARDS)
async def test_every_card_is_a_private_reply_and_its_buttons_ask_what_they_say(
    stage: Stage, door: Showing, name: str
) -> None:
    door.says = card = gallery.CARDS[name]()
    seen = await stage.ask(ADMIN, "today")
    assert missing(card, seen) == []
    assert list(stage.channel()) == []
    offered = offers(card, menus=stage.menus)
    for label, press in {**dict(offered[:1]), **dict(offered[-1:])}.items():
        chosen_from_menu = stage.menus and label not in {button.label for button in buttons(card)}
        await (stage.choose(ADMIN, seen, [label]) if chosen_from_menu else stage.press(ADMIN, seen, label))
        assert door.asked[-1][0] == press
        assert door.asked[-1][3] is None, "a private message is nobody's to adopt"


@pytest.mark.parametrize("name", gallery.FORMS)
async def test_every_form_comes_back_filled(stage: Stage, door: Showing, name: str) -> None:
    door.says = form = gallery.FORMS[name]()
    seen = await stage.ask(ADMIN, "setup")
    assert seen.form
    door.says = gallery.personal()
    first, *others = form.fields
    await stage.fill(ADMIN, seen, {first.name: "17:30"})
    values = {first.name: "17:30"} | {field.name: field.value for field in others if field.value} | dict(form.given)
    assert door.asked[-1][0] == grammar.read(form.word, values)


async def test_a_pressed_public_card_is_named_to_the_door(stage: Stage, door: Showing) -> None:
    card = gallery.question()
    posted = await stage.platform.post(stage.place, card, key(card))
    [seen] = stage.channel()
    door.says = gallery.personal()
    await stage.press(ADMIN, seen, "B")
    command, person, place, pressed = door.asked[-1]
    assert isinstance(command, Answer)
    assert command.choice == "B"
    assert (place, pressed) == (stage.place, posted)
    assert ADMIN in person.name.lower()


@pytest.mark.parametrize("name", ["refused", "given up", "may be missing", "nothing to ask", "board"])
async def test_what_one_person_is_told_nobody_else_sees(stage: Stage, door: Showing, name: str) -> None:
    door.says = gallery.personal()
    await stage.ask(ADMIN, "today")
    card, told = gallery.CARDS[name](), door.asked[-1][1]
    for times in (1, 2):
        before = len(stage.private(ADMIN))
        assert isinstance(await stage.platform.tell(told, card), Posted)
        assert len(stage.private(ADMIN)) == before + 1, times
    seen = stage.private(ADMIN)[-1]
    assert missing(card, seen) == []
    assert list(seen.buttons) == [label for label, _ in offers(card, menus=stage.menus)]
    assert list(stage.channel()) == []
    assert all(list(stage.private(other)) == [] for other in MEMBERS)


async def test_the_bare_word_and_an_unknown_one_reach_the_door(stage: Stage, door: Showing) -> None:
    door.says = gallery.personal()
    await stage.ask(ADMIN, "")
    assert [asked[0] for asked in door.asked[-1:]] == [Home()]
    await stage.ask(ADMIN, "boad")
    assert isinstance(door.asked[-1][0], Misread)


async def test_a_thread_may_be_opened_twice_and_nobody_is_told(stage: Stage) -> None:
    card = gallery.reveal()
    posted = await stage.platform.post(stage.place, card, key(card))
    assert isinstance(posted, Posted)
    for _ in range(2):
        assert await stage.platform.discuss(posted, gallery.TITLE) == posted
    [seen] = stage.channel()
    assert missing(card, seen) == []


@pytest.mark.parametrize("stage", ["discord", "terminal"], indirect=True)  # Slack tells only those with one more scope
async def test_what_was_posted_is_found(stage: Stage) -> None:
    card = gallery.question()
    posted = await stage.platform.post(stage.place, card, key(card))
    assert await stage.platform.find(stage.place, key(card)) == posted
    assert await stage.platform.find(stage.place, "q1:answer:1") == Absent()


@pytest.mark.parametrize("stage", ["discord", "terminal"], indirect=True)  # as above
async def test_what_was_posted_once_has_no_copies(stage: Stage) -> None:
    for card in (gallery.question(), gallery.reveal()):
        posted = await stage.platform.post(stage.place, card, key(card))
        assert isinstance(posted, Posted)
        assert await stage.platform.remove_copies(posted, key(card)) == 0
    assert len(stage.channel()) == 2
