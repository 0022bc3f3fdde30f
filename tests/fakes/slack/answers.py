"""What an answer to an interaction does: the body of an acknowledgement, or of a call to a `response_url`."""

from typing import Any

from tests.fakes.slack import limits
from tests.fakes.slack.methods import SlackError
from tests.fakes.slack.state import ACKNOWLEDGE_WITHIN, URL_LIFE, URL_USES, Interaction, Message, View, Workspace

Payload = dict[str, Any]


def acknowledge(workspace: Workspace, interaction: Interaction, body: Payload | None) -> None:
    """The bot says that it has heard, and perhaps what the person gets."""
    if interaction.acknowledged:
        workspace.breach(f"{interaction.kind}: acknowledged twice")
        return
    interaction.acknowledged = True
    interaction.waited = waited = workspace.clock() - interaction.began
    interaction.happened.set()
    if waited > ACKNOWLEDGE_WITHIN:
        workspace.breach(f"{interaction.kind}: acknowledged after {waited:.1f} s, the person was told of a time-out")
        return
    match interaction.kind:
        case "ask" if body:
            _say(workspace, interaction, body)
        case "fill" if isinstance(interaction.source, View):
            _after_submission(workspace, interaction, interaction.source, body or {})
        case "press" | "summon" | "open" if body:
            workspace.breach(f"{interaction.kind}: an acknowledgement carries nothing, but there was {sorted(body)}")


def respond(workspace: Workspace, interaction: Interaction, body: Payload) -> None:
    """The bot uses the `response_url`. Raises `SlackError` where Slack refuses."""
    if workspace.clock() - interaction.began > URL_LIFE:
        raise SlackError("expired_url")
    if interaction.url_uses >= URL_USES:
        raise SlackError("used_url")
    if isinstance(interaction.source, View):
        raise SlackError("invalid_url", ["a modal has no response_url"])
    interaction.url_uses += 1
    if found := limits.response(body):
        raise SlackError("invalid_blocks", found)
    _say(workspace, interaction, body)


def _say(workspace: Workspace, interaction: Interaction, body: Payload) -> None:
    if found := limits.response(body):
        workspace.breach(f"{interaction.kind}: invalid_blocks: {'; '.join(found)}")
        return
    original = interaction.source if isinstance(interaction.source, Message) else None
    shown: Payload = {name: body[name] for name in ("text", "blocks") if name in body}
    if original is not None and body.get("delete_original"):
        del workspace.messages[original.channel, original.ts]
        return
    if original is not None and body.get("replace_original"):
        workspace.change_message(original, shown)
        message = original
    else:
        owner = None if body.get("response_type") == "in_channel" else interaction.person
        message = workspace.add_message(interaction.channel, shown, owner)
    workspace.answered(interaction, message.seen())


def _after_submission(workspace: Workspace, interaction: Interaction, view: View, body: Payload) -> None:
    match body.get("response_action"):
        case None | "clear":
            view.open = False
        case "update" | "push" as action:
            if found := limits.view(body.get("view")):
                workspace.breach(f"fill: the view is refused: {'; '.join(found)}")
                return
            if action == "update":
                workspace.change_view(view, body["view"])
            else:
                view = workspace.add_view(view.owner, body["view"])
            workspace.answered(interaction, view.seen())
        case other:
            workspace.breach(f"fill: response_action {other!r} is not known")
