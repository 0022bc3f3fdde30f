"""The terminal: the whole quiz at one keyboard, for trying it, for learning alone and for a contest in one seat."""

import getpass
import sys
from collections.abc import Mapping

from adapters.terminal.keyboard import StandardInput
from adapters.terminal.screen import Screen
from adapters.terminal.terminal import Terminal, person
from bot.errors import SettingsError
from bot.ports import Local
from bot.settings import Variables


class _Names(Variables):
    sqla_quiz_name: str | None = None


def connect(environment: Mapping[str, str]) -> Local:
    """The terminal of this process. Its person goes by `SQLA_QUIZ_NAME`, or else by the login name."""
    live = sys.stdout.isatty()
    styled = live and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    return Terminal(
        person(_Names.read(environment).sqla_quiz_name or _login()),
        Screen(sys.stdout, live, styled),
        StandardInput(sys.stdin, live and sys.stdin.isatty(), sys.stdout),
    )


def _login() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError) as error:
        raise SettingsError("SQLA_QUIZ_NAME", "say what to call you: this machine knows no login name") from error
