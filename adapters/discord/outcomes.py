"""What Discord's answers mean for a call: surely not done, or nobody knows.

discord.py makes a request again by itself after some errors, 502 among them. What Discord says then is about that one,
and says nothing about the request before it, which may have been done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

import discord

from bot.ports import Refused, Unclear

_LONGEST_WAIT = 3600.0  # seconds; who says more is not to be believed
_LASTING = (400, 403, 404)


@dataclass(slots=True)
class Tries:
    """How many requests were made for one call."""

    made: int = 0


_TRIES: Final[ContextVar[Tries | None]] = ContextVar("tries", default=None)


@contextmanager
def counted() -> Iterator[Tries]:
    """Count the requests that leave for Discord from within the block."""
    tries = Tries()
    token = _TRIES.set(tries)
    try:
        yield tries
    finally:
        _TRIES.reset(token)


def count() -> None:
    """A request leaves."""
    if tries := _TRIES.get():
        tries.made += 1


def judge(error: discord.HTTPException | discord.RateLimited, tries: Tries) -> Refused | Unclear:
    """Whether Discord surely did not do it: it says so below 500, if the request it says so of was the only one."""
    if tries.made > 1 or (isinstance(error, discord.HTTPException) and error.status >= 500):
        return Unclear(str(error))
    if isinstance(error, discord.RateLimited):
        return Refused(str(error), lasting=False, retry_after=error.retry_after)
    retry_after = min(float(error.response.headers.get("Retry-After", 0)), _LONGEST_WAIT)
    return Refused(str(error), lasting=error.status in _LASTING, retry_after=retry_after)
