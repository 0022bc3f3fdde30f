"""The part of a door that hears where the quiz is, and keeps what it was given there."""

from collections.abc import Mapping

from bot.cards.helping import crowded
from bot.domain.identity import Workspace
from bot.ports import Reply, Vault


class Staying:
    """Knows the workspaces that a test says; `moved` is what it was told of them."""

    def __init__(self) -> None:
        self.known: Mapping[Workspace, bool] = {}
        self.moved: list[tuple[str, Workspace]] = []
        self.vault: Vault | None = None

    def crowded(self) -> Reply:
        """What the quiz says."""
        return Reply(crowded())

    async def left(self, workspace: Workspace) -> None:
        """Note it."""
        self.moved.append(("left", workspace))

    async def joined(self, workspace: Workspace) -> None:
        """Note it."""
        self.moved.append(("joined", workspace))

    async def workspaces(self, platform: str) -> Mapping[Workspace, bool]:
        """Those that the test says."""
        return {workspace: is_in for workspace, is_in in self.known.items() if workspace.platform == platform}
