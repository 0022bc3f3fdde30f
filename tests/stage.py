"""A stage: one channel of one platform with people in it, the real adapter connected to a loopback platform.

The story test is written against this protocol alone, so its text is the same for every platform.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.identity import Place
from bot.ports import Door, Platform

ADMIN, MEMBERS = "ada", ("grace", "linus", "barbara")


@dataclass(frozen=True, slots=True)
class Seen:
    """A message or a form as one person sees it: all its visible text, and the labels of its buttons in order.

    `id` is the same before and after an edit; `form` tells a form from a message.
    """

    id: str
    text: str
    buttons: tuple[str, ...]
    form: bool = False


class Stage(Protocol):
    """What a play needs; an async context manager. People are named `ADMIN` and `MEMBERS`.

    The admin may administer the channel; members may not, except where everybody may, as at a terminal.
    """

    place: Place
    platform: Platform
    menus: bool
    """Whether this platform shows menus, where a label pressed is an entry chosen on top of those chosen before."""

    async def connect(self, door: Door) -> None:
        """Start the adapter against the loopback platform. May be called again after `disconnect`: a restarted bot."""

    async def disconnect(self) -> None:
        """Stop the adapter. The loopback platform, its messages and its people stay."""

    async def ask(self, name: str, text: str) -> Seen:
        """`name` types `/sqla-quiz <text>` and gets the one thing that answers it."""

    async def press(self, name: str, on: Seen, label: str) -> Seen:
        """`name` presses the button with that label and gets the one thing that answers it."""

    async def choose(self, name: str, on: Seen, labels: Sequence[str]) -> Seen:
        """`name` chooses all of these together; where there is no menu, presses one after the other, each on the
        answer to the one before.
        """

    async def fill(self, name: str, form: Seen, values: Mapping[str, str]) -> Seen:
        """`name` submits a form with these values by field name (others stay as they were) and gets the answer."""

    def channel(self) -> Sequence[Seen]:
        """The public messages of the channel, oldest first, as anyone sees them now."""

    def private(self, name: str) -> Sequence[Seen]:
        """Everything that `name` alone was ever shown, oldest first."""
