"""What Slack refuses of an app manifest: https://docs.slack.dev/reference/app-manifest. Empty means accepted."""

import re
from collections.abc import Iterator
from typing import Any

from tests.fakes.slack.rules import Json, Rule, boolean, both, items, one_of, record, string

_GRANTABLE = (
    "chat:write",
    "chat:write.public",
    "commands",
    "channels:history",
    "groups:history",
    "channels:read",
    "groups:read",
    "users:read",
    "usergroups:read",
)
_SENT = ("app_home_opened", "app_uninstalled", "tokens_revoked", "member_joined_channel")


def _matching(pattern: str, most: int) -> Rule:
    def check(value: object, at: str) -> Iterator[str]:
        if isinstance(value, str) and not re.fullmatch(pattern, value):
            yield f"{at}: {value!r} is not like {pattern}"

    return both(string(most), check)


_URL = _matching(r"https://[\w.:-]+(/[\w./-]*)?", 3000)
_SHORTCUT = record(
    {"name": string(24), "type": one_of("message", "global"), "callback_id": string(255), "description": string(150)}
)
_COMMAND = record(
    {"command": _matching(r"/[a-z0-9_-]+", 32), "description": string(2000)},
    {"usage_hint": string(1000), "should_escape": boolean, "url": _URL},
)
_MANIFEST = record(
    {
        "display_information": record(
            {"name": string(35)},
            {
                "description": string(140),
                "long_description": string(4000, 174),
                "background_color": _matching("#[0-9a-f]{6}", 7),
            },
        ),
        "features": record(
            {},
            {
                "app_home": record(
                    {},
                    dict.fromkeys(
                        ("home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"), boolean
                    ),
                ),
                "bot_user": record({"display_name": _matching("[a-z0-9._-]+", 80)}, {"always_online": boolean}),
                "shortcuts": items(_SHORTCUT, 10),
                "slash_commands": items(_COMMAND, 50),
            },
        ),
        "oauth_config": record(
            {
                "scopes": record(
                    {"bot": items(one_of(*_GRANTABLE), 255)}, {"bot_optional": items(one_of(*_GRANTABLE), 255)}
                )
            },
            {"redirect_urls": items(_URL, 1000)},
        ),
        "settings": record(
            {},
            {
                "event_subscriptions": record({}, {"request_url": _URL, "bot_events": items(one_of(*_SENT), 100)}),
                "interactivity": record({"is_enabled": boolean}, {"request_url": _URL}),
                "org_deploy_enabled": boolean,
                "socket_mode_enabled": boolean,
                "token_rotation_enabled": boolean,
            },
        ),
    }
)


def manifest(given: Json) -> list[str]:
    """What is wrong with a manifest."""
    return list(_MANIFEST(given, "")) or list(_across(given))


def _across(given: Json) -> Iterator[str]:
    """What only shows when several parts are looked at together."""
    features, settings, oauth = (_part(given, name) for name in ("features", "settings", "oauth_config"))
    scopes, events = _part(oauth, "scopes"), _part(settings, "event_subscriptions")
    bot, optional = _list(scopes, "bot"), _list(scopes, "bot_optional")
    yield from (f"/oauth_config/scopes/bot: lacks {one}" for one in optional if one not in bot)
    if _list(features, "slash_commands") and "commands" not in bot:
        yield "/oauth_config/scopes/bot: lacks commands, which a slash command needs"
    socket = bool(settings.get("socket_mode_enabled"))
    places = {
        "/settings/event_subscriptions/request_url": "request_url" in events,
        "/settings/interactivity/request_url": "request_url" in _part(settings, "interactivity"),
        "/features/slash_commands/url": all("url" in one for one in _list(features, "slash_commands")),
    }
    yield from (f"{at}: {'of no use' if there else 'missing'}" for at, there in places.items() if there is socket)
    if settings.get("token_rotation_enabled") and not _list(oauth, "redirect_urls"):
        yield "/settings/token_rotation_enabled: without a redirect URL nobody could be given a token to renew"


def _part(of: Json, name: str) -> Json:
    part = of.get(name, {})
    return part if isinstance(part, dict) else {}


def _list(of: Json, name: str) -> list[Any]:
    part = of.get(name, [])
    return part if isinstance(part, list) else []
