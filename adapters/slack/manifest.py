"""The app as Slack is told of it, read off the code: https://docs.slack.dev/reference/app-manifest."""

import json
from collections.abc import Collection, Sequence
from urllib.parse import quote

from adapters.slack.gate import EVENTS
from adapters.slack.oauth import CALLBACK
from adapters.slack.rich import Json
from adapters.slack.scopes import NEEDED, OPTIONAL
from bot.grammar import ANYWHERE, NAME, SHORTCUTS, WORDS, Anywhere, Shortcut

BOT_EVENTS = ("app_home_opened", "app_uninstalled", "tokens_revoked")
"""None of them needs a scope."""

_SHORTCUTS: tuple[tuple[str, Sequence[Shortcut | Anywhere]], ...] = (("message", SHORTCUTS), ("global", ANYWHERE))
"""The tables of shortcuts: what Slack calls their type, and those of that type."""

_CREATE = "https://api.slack.com/apps?new_app=1&manifest_json="
_DESCRIPTION = "A daily question about SQLAlchemy's Session"
_LONG_DESCRIPTION = (
    "One question a day about SQLAlchemy's Session, in the channel that wants it. Everybody answers in private. When "
    "the question closes, the bot shows which option is right and why each other one is not, with the code that proves "
    "it, what it printed and the SQL it emitted. Points, streaks and boards keep a team coming back."
)


def manifest(url: str | None = None, *, also: Collection[str] = (), rotate: bool = False, org: bool = False) -> Json:
    """The manifest for Socket Mode, or for HTTP where there is a public `url` (https, no closing slash).

    `also` are scopes of `OPTIONAL`, which a workspace may then decline. `rotate` has tokens expire after twelve hours,
    which Slack never lets one switch off again; `org` lets a whole Enterprise organisation install the app.
    """
    events = {} if url is None else {"request_url": f"{url}{EVENTS}"}
    return {
        "display_information": {
            "name": NAME,
            "description": _DESCRIPTION,
            "long_description": _LONG_DESCRIPTION,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [_shortcut(kind, one) for kind, table in _SHORTCUTS for one in table],
            "slash_commands": [_command(url)],
        },
        "oauth_config": {
            "scopes": _scopes(also),
            **({} if url is None else {"redirect_urls": [f"{url}{CALLBACK}"]}),
        },
        "settings": {
            "event_subscriptions": {**events, "bot_events": [*BOT_EVENTS]},
            "interactivity": {"is_enabled": True, **events},
            "org_deploy_enabled": org,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": rotate,
        },
    }


def link(described: Json) -> str:
    """The address that opens Slack's form for a new app with a manifest filled in."""
    return f"{_CREATE}{quote(json.dumps(described, separators=(',', ':'), ensure_ascii=False), safe='')}"


def _shortcut(kind: str, shortcut: Shortcut | Anywhere) -> Json:
    return {"name": shortcut.name, "type": kind, "callback_id": shortcut.id, "description": shortcut.help}


def _command(url: str | None) -> Json:
    described: Json = {
        "command": f"/{NAME}",
        "description": _DESCRIPTION,
        "usage_hint": f"[{' | '.join(word.name for word in WORDS)}]",
        "should_escape": True,  # else nobody could be named, for a name that was typed is not an id
    }
    return described | ({} if url is None else {"url": f"{url}{EVENTS}"})


def _scopes(also: Collection[str]) -> Json:
    """What may be declined stands in both lists, as Slack wants it."""
    optional = [scope for scope in OPTIONAL if scope in also]
    return {"bot": [*NEEDED, *optional], **({"bot_optional": optional} if optional else {})}
