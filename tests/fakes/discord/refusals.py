"""How this Discord says no."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes import wire


@dataclass(frozen=True, slots=True)
class Breach:
    """A request that Discord would refuse: the code it says so with, and why."""

    code: int
    why: str


class RefusalError(Exception):
    """Ends a request with an error as Discord words it."""

    def __init__(self, status: int, code: int, why: str) -> None:
        super().__init__(why)
        self.status, self.code, self.why = status, code, why


def refuse(wrong: Iterable[str]) -> None:
    """Refuse a body of which anything is wrong."""
    if found := list(wrong):
        raise RefusalError(400, 50035, "; ".join(found))


def answer(body: Any, status: int = 200) -> web.Response:
    """JSON with the exact type that discord.py expects: a charset after it and the body would be taken for text."""
    return web.Response(body=wire.write(body).encode(), status=status, headers={"Content-Type": "application/json"})
