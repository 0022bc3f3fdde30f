"""The way by which Slack brings us what people do: a WebSocket that we open, or requests that it makes."""

from collections.abc import Sequence
from typing import Protocol

from slack_bolt.async_app import AsyncApp

from bot.ports import Hearing, Route


class Transport(Protocol):
    """One of the ways. Both hand the same payloads to the same Bolt app."""

    hearing: Hearing
    routes: Sequence[Route]
    """What has to be served under the process's `PORT`; before `open` it is answered with 503."""

    async def open(self, app: AsyncApp) -> None:
        """Returns once people can be heard.

        Raises `bot.errors.SettingsError` for credentials refused, one of `outcomes.TROUBLE` where nobody answers.
        """

    def trouble(self) -> str | None:
        """Why nothing can be heard, once it is open."""

    async def hush(self) -> None:
        """Hear nothing new. What was heard may still be acknowledged."""

    async def close(self) -> None:
        """Let go of everything, once what was heard has been answered."""
