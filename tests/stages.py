"""Every platform's stage, by name: what the story is played on."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from tests.fakes.discord.stage import DiscordStage
from tests.fakes.slack.stage import SlackStage
from tests.fakes.terminal.stage import TerminalStage
from tests.stage import Stage

STAGES: dict[str, Callable[[], AbstractAsyncContextManager[Stage]]] = {
    "discord": DiscordStage,
    "slack": SlackStage,
    "terminal": TerminalStage,
}

WAYS = STAGES | {"slack-http": partial(SlackStage, http=True)}
"""The same, and every other way by which a platform can reach us."""
