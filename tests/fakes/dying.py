"""Ways to die or to be cut off at a moment that a test chooses: while posting, while looking, while writing."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards.model import Card
from bot.domain.identity import Place, Posted
from bot.ports import Absent, Refused, Unclear
from bot.store.database import Database
from tests.fakes.memory import Killed, Memory


class Watched(Memory):
    """A platform that does something, once, while it is called: between taking and recording."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self.dies_looking = False

    async def post(self, place: Place, card: Card, key: str, under: Posted | None = None) -> Posted | Refused | Unclear:
        posted = await super().post(place, card, key, under)
        if self.meanwhile is not None:
            do, self.meanwhile = self.meanwhile, None
            await do()
        return posted

    async def find(self, place: Place, key: str) -> Posted | Absent | Refused | Unclear:
        if self.dies_looking:
            self.dies_looking = False
            raise Killed
        return await super().find(place, key)


class Failing(Database):
    """A database that is away for those who want to write, if told so."""

    away = False

    def writing(self) -> AbstractAsyncContextManager[AsyncSession]:
        if self.away:
            raise OperationalError("BEGIN", {}, ConnectionError("gone"))
        return super().writing()


def deadly(do: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[None]]:
    """The same, and then the process dies."""

    async def die(*given: object, **named: object) -> None:
        await do(*given, **named)
        raise Killed

    return die
