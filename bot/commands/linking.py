"""Being one player on two platforms, in workspaces that are linked."""

from dataclasses import dataclass

from bot.commands.privacy import Confirmed


@dataclass(frozen=True, slots=True)
class Link:
    """Give me a code, or link me with whoever was given this one; `off`: I am linked no more."""

    code: str | None = None
    confirm: Confirmed | None = None


@dataclass(frozen=True, slots=True)
class House:
    """The same for the whole workspace, by those who manage it."""

    code: str | None = None
    confirm: Confirmed | None = None
