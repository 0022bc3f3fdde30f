"""A Discord on the loopback that discord.py cannot tell from the real one, for what the quiz uses of it."""

from tests.fakes.discord.refusals import Breach
from tests.fakes.discord.server import Server
from tests.fakes.discord.stage import DiscordStage

__all__ = ["Breach", "DiscordStage", "Server"]
