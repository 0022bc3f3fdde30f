"""Bringing an answer to the person who asked, by the way that Slack leaves open for what they did."""

import json
from functools import lru_cache
from typing import assert_never

from adapters.slack.heard import Heard, OnMessage, OnModal, Submitted, Typed
from adapters.slack.render import Json, message, modal
from adapters.slack.web import Web
from bot.cards.model import Card, Form, say
from bot.ports import Audience, Reply

APOLOGY = Card(
    "Sorry, that went wrong",
    (say("It is not your fault. Please try again in a moment."),),
    summary="Sorry, that went wrong.",
)
"""The last resort, for when the quiz itself could not say anything."""

NOT_INSTALLED = Card(
    "Not installed here",
    (say("This workspace has not installed the quiz, or has removed it. Whoever manages its apps can add it again."),),
    summary="The quiz is not installed in this workspace.",
)
"""For whoever asks where we may not speak."""


def in_acknowledgement(reply: Reply, heard: Heard) -> Json | None:
    """The answer as the body of an acknowledgement, the quickest way; `None` where Slack would ignore it there."""
    match heard.source, reply.says:
        case Typed(), Card() as card:
            return response(card, reply.audience)
        case Submitted(), says:
            return {"response_action": "update", "view": modal(says, heard.place.channel)}
        case _:
            return None


async def send(reply: Reply, heard: Heard, web: Web) -> None:
    """The answer by a call to Slack. Raises one of `outcomes.TROUBLE` where it did not get there."""
    channel = heard.place.channel
    match heard.source, reply.says:
        case OnModal(view), says:
            await web.api.views_update(view_id=view, view=modal(says, channel))
        case Typed(_, trigger) | OnMessage(_, trigger, _) | Submitted(trigger), Form() as form:
            await web.api.views_open(trigger_id=trigger, view=modal(form, channel))
        case Typed(url), Card() as card:
            await web.respond(url, written(card, reply.audience))
        case OnMessage(url, _, private), Card() as card:
            replaces = private and reply.audience is Audience.ASKER
            await web.respond(url, written(card, reply.audience, replaces=replaces))
        case Submitted(), Card() as card:
            # Too late for the acknowledgement, and without it the modal has closed.
            await web.api.chat_postEphemeral(channel=channel, user=heard.person.id, **message(card))
        case _ as never:
            assert_never(never)


async def publish(reply: Reply, heard: Heard, web: Web) -> None:
    """What everyone shall see, where `send` could only show it in one person's modal."""
    if (
        reply.audience is Audience.PLACE
        and isinstance(heard.source, OnModal | Submitted)
        and isinstance(reply.says, Card)
    ):
        await web.api.chat_postMessage(
            channel=heard.place.channel, unfurl_links=False, unfurl_media=False, **message(reply.says)
        )


def response(card: Card, audience: Audience, *, replaces: bool = False) -> Json:
    """A card as an answer to what somebody did, in the place's messages or in theirs alone."""
    return {
        **message(card),
        "response_type": "in_channel" if audience is Audience.PLACE else "ephemeral",
        "replace_original": replaces,
        "unfurl_links": False,
        "unfurl_media": False,
    }


@lru_cache(maxsize=256)
def written(card: Card, audience: Audience, *, replaces: bool = False) -> bytes:
    """The same as it goes to a `response_url`. A crowd is shown few different cards, and drawing one takes longer than
    sending it.
    """
    return json.dumps(response(card, audience, replaces=replaces)).encode()
