"""The terminal as a stage: several people take turns at one keyboard, which the real adapter reads."""

import asyncio
import io
from collections.abc import Mapping, Sequence
from typing import Self

from adapters.terminal.keys import keys
from adapters.terminal.pages import Page
from adapters.terminal.screen import Screen
from adapters.terminal.terminal import Terminal, person
from bot.cards.model import Card, Form
from bot.grammar import NAME
from bot.ports import Door, Platform
from tests.fakes.terminal.typist import Typist
from tests.stage import Seen

_OWNER = "house"  # whoever opened the terminal, and never plays


class TerminalStage:
    """Implements `tests.stage.Stage`. `output` is everything that the screen ever showed."""

    menus = False

    def __init__(self) -> None:
        self.output = io.StringIO()
        self._typist = Typist()
        self._terminal = Terminal(person(_OWNER), Screen(self.output, live=False, styled=False), self._typist)
        self.platform: Platform = self._terminal
        self.place = self._terminal.place
        self._turn = asyncio.Lock()  # one keyboard: whoever comes second waits
        self._form: str | None = None  # the page of the form that is being asked for

    async def __aenter__(self) -> Self:
        """A terminal that nobody has opened yet."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close it, if nobody did."""
        await self.disconnect()

    async def connect(self, door: Door) -> None:
        """Open the terminal, for the first time or again."""
        self._typist.reset()
        await self._terminal.start(door)
        await self._terminal.listen()
        await self._typist.ready()

    async def disconnect(self) -> None:
        """Close it; what was shown stays known, and the next one to open it is its owner."""
        await self._terminal.stop()
        self._terminal.person = person(_OWNER)
        self._form = None

    async def ask(self, name: str, text: str) -> Seen:
        """Take the keyboard and type words."""
        async with self._turn:
            await self._sit(name)
            return await self._type(f"/{NAME} {text}")

    async def press(self, name: str, on: Seen, label: str) -> Seen:
        """Take the keyboard, go back to the card if it is an earlier one, and type the key of the button."""
        async with self._turn:
            await self._sit(name)
            while (page := self._shown()).id != on.id:
                await self._typist.type("back")
                if self._shown() is page:
                    raise LookupError(f"{name} cannot see this card: {on.text}")
            return await self._type(_labels(page)[label])

    async def choose(self, name: str, on: Seen, labels: Sequence[str]) -> Seen:
        """`name` presses one button after the other."""
        for label in labels:
            on = await self.press(name, on, label)
        return on

    async def fill(self, name: str, form: Seen, values: Mapping[str, str]) -> Seen:
        """Answer the prompts of the form that is being asked for, one line for each field."""
        async with self._turn:
            page = next(page for page in self._terminal.pages if page.id == form.id)
            if self._form != form.id or page.reader != person(name).id or not isinstance(page.says, Form):
                raise LookupError(f"{name} is not being asked for this: {form.text}")
            self._form = None
            *first, last = (values[f.name] or "-" if f.name in values else "" for f in page.says.fields)
            for line in first:
                await self._typist.type(line)
            return await self._type(last)

    def channel(self) -> Sequence[Seen]:
        """What was shown to everyone, as going back to it shows it now."""
        return [_seen(page) for page in self._terminal.pages if page.reader is None]

    def private(self, name: str) -> Sequence[Seen]:
        """What was shown to one person alone."""
        return [_seen(page) for page in self._terminal.pages if page.reader == person(name).id]

    async def _sit(self, name: str) -> None:
        if self._form:
            self._form = None
            await self._typist.type(".")
        await self._typist.type(f"as {name}")

    async def _type(self, line: str) -> Seen:
        """Type a line and find its answer among what was drawn meanwhile, which may include posts."""
        before = len(self._terminal.pages)
        await self._typist.type(line)
        if self._typist.over:
            await self._terminal.ended()  # raises what ended it
        drawn = self._terminal.pages[before:]
        [answer] = [page for page in drawn if page.key is None]
        self._form = answer.id if isinstance(answer.says, Form) else None
        return _seen(answer)

    def _shown(self) -> Page:
        page = self._terminal.on
        if page is None:
            raise LookupError("there is no card on the screen")
        return page


def _labels(page: Page) -> dict[str, str]:
    """The key of each label."""
    return {button.label: key for key, button in keys(page.says).items()} if isinstance(page.says, Card) else {}


def _seen(page: Page) -> Seen:
    return Seen(page.id, page.text, tuple(_labels(page)), form=isinstance(page.says, Form))
