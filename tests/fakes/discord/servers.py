"""What happens to the bot's being in servers, as the gateway tells it."""

from tests.fakes.discord.gateway import guild
from tests.fakes.discord.server import Server
from tests.fakes.discord.world import GUILD


async def remove(server: Server, which: int = GUILD) -> None:
    """The bot is removed from a server."""
    server.gateway.guilds.remove(which)
    await server.gateway.send("GUILD_DELETE", {"id": str(which)}, which)


async def invite(server: Server, which: int = GUILD) -> None:
    """The bot is invited to a server: unlike one that is back from an outage, it says nothing of being available."""
    server.gateway.guilds.append(which)
    told = {name: value for name, value in guild(which).items() if name != "unavailable"}
    await server.gateway.send("GUILD_CREATE", told, which)


async def outage(server: Server, which: int = GUILD) -> None:
    """A server is out of order; the bot is still in it."""
    await server.gateway.send("GUILD_DELETE", {"id": str(which), "unavailable": True}, which)


async def lose_sessions(server: Server) -> None:
    """Every connection breaks, and no session can be taken up again."""
    await server.gateway.drop()
    server.gateway.sessions.clear()
