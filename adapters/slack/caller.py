"""Calls of `doctor`: each ends in time, and what Slack says against it is a value."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.outcomes import TROUBLE
from adapters.slack.trouble import BusyError, SilentError, refusal
from adapters.slack.web import Web
from bot.findings import Finding, Level
from bot.ports import Refused

_ROUNDS = 6  # times as long as a single call may all calls of one sort together take
_Thing = TypeVar("_Thing")


class Caller:
    """One who waits at most `within` seconds for each answer. `web` carries the token."""

    def __init__(self, web: Web, within: float) -> None:
        self.web, self.within = web, within

    async def ask(self, call: Callable[[], Awaitable[AsyncSlackResponse]]) -> AsyncSlackResponse | Refused:
        """The answer, or why Slack refuses for good. Raises `trouble.SilentError` where it does not say."""
        try:
            async with asyncio.timeout(self.within):
                return await call()
        except TROUBLE as error:
            return refusal(error, self.within)
        except (ValueError, TypeError, AttributeError) as error:  # the library does not expect what it was given
            raise SilentError("what answers is not Slack") from error

    async def each(
        self, title: str, things: Sequence[_Thing], look: Callable[[_Thing], Awaitable[Sequence[Finding]]]
    ) -> list[Finding]:
        """What is found of one after the other; what there is no time left for is counted."""
        found: list[Finding] = []
        most, done = _ROUNDS * self.within, 0
        try:
            async with asyncio.timeout(most):
                for thing in things:
                    found += await look(thing)
                    done += 1
        except BusyError as busy:
            found.append(_late(title, len(things), done, str(busy), "Wait a minute, then run doctor again."))
        except TimeoutError:
            fix = "Run doctor again with a larger --within"
            found.append(_late(title, len(things), done, f"{most:g} s are over", fix))
        return found


def _late(title: str, count: int, done: int, why: str, fix: str) -> Finding:
    return Finding(Level.WARN, title, f"{count - done} of {count} were not looked at: {why}", fix)
