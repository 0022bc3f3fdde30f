"""The platform of whoever sits at this machine: one screen, one keyboard, one place."""

import asyncio
from collections.abc import Sequence
from typing import assert_never

from adapters.terminal import clean, forms, keys, words
from adapters.terminal.keyboard import Keyboard, Sign
from adapters.terminal.pages import Page, Pages
from adapters.terminal.screen import Screen
from bot import grammar
from bot.cards.model import Card, Form
from bot.commands import Command, Help, Today
from bot.domain.identity import Person, Place, Posted, Workspace
from bot.ports import STOPPING, Absent, Audience, Door, Hearing, Route

HERE = Place(Workspace("terminal", "local", local=True), "home")
_LONGEST_NAME = 32


def person(name: str) -> Person:
    """Whoever goes by that name at this keyboard. Everybody here may administer the place."""
    shown = " ".join(clean.line(name).split())[:_LONGEST_NAME]
    return Person(HERE.workspace, shown.casefold(), shown, manages=True)


class Terminal:
    """One person at a time plays, reads and types; `as NAME` hands the keyboard on."""

    name = "terminal"
    at_once = 1
    routes: Sequence[Route] = ()
    hearing = Hearing.SOLE

    def __init__(self, person: Person, screen: Screen, keyboard: Keyboard) -> None:
        self.place = HERE
        self.person = person
        self.pages = Pages()
        self.on: Page | None = None  # the card whose keys can be pressed, as it was drawn
        self._screen = screen
        self._keyboard = keyboard
        self._drawn = 0  # so many pages have been on the screen
        self._door: Door | None = None
        self._playing: asyncio.Task[None] | None = None

    async def start(self, door: Door) -> None:
        """Whose door the keys will knock at."""
        self._door = door

    async def listen(self) -> None:
        """Show what was posted already and take keys from now on."""
        if self._door is None:
            raise RuntimeError("the terminal was not started")
        self._playing = asyncio.create_task(self._play(self._door))
        self._catch_up()

    def trouble(self) -> str | None:
        """None: a terminal that is gone has ended the program."""
        return None

    async def hush(self) -> None:
        """Take no more keys: whoever plays has left."""
        if self._playing:
            self._keyboard.hang_up()
            await asyncio.wait({self._playing})
            self._playing = None

    async def stop(self, within: float = STOPPING) -> None:  # noqa: ARG002  # whoever sits here waits themselves
        """Let the answer in hand be shown, then say farewell."""
        await self.hush()

    async def ended(self) -> None:
        """Returns when the person has left."""
        if self._playing:
            await asyncio.wait({self._playing})
            if not self._playing.cancelled():
                self._playing.result()

    async def post(
        self,
        place: Place,
        card: Card,
        key: str,
        under: Posted | None = None,  # noqa: ARG002  # one thing comes after the other here
    ) -> Posted:
        """Show a card to everyone, at once or as soon as somebody sits here."""
        page = Page(card, self._screen.draw(card), key=key)
        self._add(page)
        return Posted(place, page.id)

    async def edit(self, posted: Posted, card: Card) -> Posted:
        """What stands on the screen stays; whoever goes back to the page sees what it says now."""
        self.pages.edit(posted.message, card, self._screen.draw(card))
        return posted

    async def tell(self, person: Person, card: Card) -> Posted:
        """Show a card to one person: at once where they sit here, else when they look back."""
        page = Page(card, self._screen.draw(card), person.id)
        self._add(page)
        return Posted(self.place, page.id)

    async def discuss(self, posted: Posted, title: str) -> Posted:  # noqa: ARG002  # who sits here talks aloud
        """Nothing to open."""
        return posted

    async def find(self, place: Place, key: str) -> Posted | Absent:
        """What was posted since this screen was opened."""
        page = self.pages.posted(key)
        return Posted(place, page.id) if page else Absent()

    async def remove_copies(self, kept: Posted, key: str) -> int:  # noqa: ARG002  # nothing gets lost on the way here
        """There are none."""
        return 0

    async def _play(self, door: Door) -> None:
        with self._keyboard.listening(self._break_off):
            try:
                if not self.pages:
                    await self._ask(door, Today())
                if self._screen.live:
                    self._screen.hint(words.GREETING)
                while isinstance(typed := await self._read(f"{self.person.name} {words.PROMPT} "), str):
                    if not await self._turn(door, typed):
                        break
            finally:
                self._screen.write(f"{words.FAREWELL}\n")

    def _break_off(self) -> None:
        if self._playing:
            self._playing.cancel()

    async def _turn(self, door: Door, typed: str) -> bool:
        """Do what a line asks for; false where it says goodbye."""
        shown = self.on
        pressable = keys.keys(shown.says) if shown and isinstance(shown.says, Card) else {}
        match keys.read(typed, pressable):
            case keys.Leave():
                return False
            case keys.Ask(command):
                await self._ask(door, command)
            case keys.Press(button):
                public = Posted(self.place, shown.id) if shown and shown.reader is None else None
                await self._ask(door, button.press, public)
            case keys.Sit(name):
                self._sit(person(name))
            case keys.Back():
                self._look_back(shown)
            case keys.NoKey(key):
                self._screen.hint(words.no_key(key, list(pressable)))
            case keys.Nothing():
                pass
            case other:
                assert_never(other)
        return True

    async def _ask(self, door: Door, command: Command, pressed: Posted | None = None) -> None:
        async with self._screen.waiting():
            reply = await door.handle(command, self.person, self.place, pressed)
        reader = self.person.id if reply.audience is Audience.ASKER else None
        self._add(Page(reply.says, self._screen.draw(reply.says), reader))
        async with self._screen.waiting():
            await door.settled()  # what this made due belongs on the screen before the next prompt
        if isinstance(command, Help):
            self._screen.hint(words.KEYBOARD)
        if isinstance(reply.says, Form):
            values = await forms.fill(reply.says, self._read, self._screen.hint)
            if values is None:
                self._screen.hint(words.CANCELLED)
            else:
                await self._ask(door, grammar.read(reply.says.word, dict(reply.says.given) | values))

    async def _read(self, prompt: str) -> str | Sign:
        typed = await self._keyboard.read(prompt)
        if isinstance(typed, Sign):
            return typed
        typed = clean.line(typed)
        if not self._keyboard.echoes:
            self._screen.write(f"{prompt}{typed}\n")
        return typed

    def _sit(self, person: Person) -> None:
        """The next person sees the latest card that is for them, and nothing that the last one was told."""
        if not person.id:
            self._screen.hint(words.NAMELESS)
            return
        self.person = person
        self.on = None
        self._screen.wipe()
        self._screen.hint(words.seated(person.name))
        if page := self.pages.before(person.id):
            self._lay(page)

    def _look_back(self, shown: Page | None) -> None:
        if page := self.pages.before(self.person.id, shown):
            self._lay(page)
        else:
            self._screen.hint(words.FIRST)

    def _add(self, page: Page) -> None:
        self.pages.append(page)
        self._catch_up()

    def _catch_up(self) -> None:
        """Draw what has not been on the screen, if somebody sits before it."""
        if self._playing and not self._playing.done():
            for page in self.pages[self._drawn :]:
                if page.reader in (None, self.person.id):
                    self._lay(page)
            self._drawn = len(self.pages)

    def _lay(self, page: Page) -> None:
        if isinstance(page.says, Card):
            self.on = page
        self._screen.write(f"\n{page.text}\n", then=self._keyboard.pending())
