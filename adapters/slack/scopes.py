"""What the app asks a workspace for, and why: https://docs.slack.dev/reference/scopes."""

from collections.abc import Mapping

NEEDED: Mapping[str, str] = {
    "commands": "the slash command and the shortcuts in Slack's menus",
    "chat:write": "posting the question and its reveal where the bot was invited, and editing what it posted",
}
"""Without these there is no quiz: each with what it is for. `/invite` decides where the bot may post."""

OPTIONAL: Mapping[str, str] = {
    "chat:write.public": "posting in a public channel without being invited to it first",
    "channels:history": "finding out, after a crash, whether a post to a public channel arrived; else a keeper says",
    "groups:history": "the same in a private channel that the bot is in",
    "users:read": "letting the workspace's admins change every drill; else its keepers alone may",
}
"""What some workspaces grant and others would rather not: each with the feature that does without it."""

CONNECTING = "connections:write"
"""The one scope of an app-level token, for Socket Mode."""
