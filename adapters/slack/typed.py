"""What people type after the slash command, as the grammar has it.

Slack marks people, groups, channels and links in angle brackets, where the command is set to escape them:
https://docs.slack.dev/interactivity/implementing-slash-commands.
"""

import re

_WORD = re.compile(r"(?:<[^<>]*>|\S)+")
_MARK = re.compile(r"<([@#!]?)([^|<>]*)(?:\|([^<>]*))?>")
_GROUP = "subteam^"


def words(text: str) -> list[str]:
    """The words, marks resolved: a person is one word of their id, a blank and their name, a group is its id."""
    return [_unescape(_MARK.sub(_plain, word)) for word in _WORD.findall(text)]


def _plain(mark: re.Match[str]) -> str:
    """A mark as plain words, so that whatever says them again notifies nobody."""
    sign, what, label = mark[1], mark[2], mark[3] or ""
    match sign:
        case "@":
            return f"{what} {label}".rstrip()
        case "#":
            return f"#{label or what}"
        case "!" if what.startswith(_GROUP):
            return what.removeprefix(_GROUP)
        case _:
            return label or what


def _unescape(text: str) -> str:
    """The three characters that Slack writes as entities; those last that make the others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
