"""Bringing an answer to the person who asked, by the way that Slack leaves open for what they did."""

import json
from functools import lru_cache
from typing import assert_never

from slack_sdk.errors import SlackApiError

from adapters.slack.heard import AtHome, Heard, OnMessage, OnModal, Submitted, Summoned, Typed
from adapters.slack.render import home, message, modal, quietly
from adapters.slack.rich import Json
from adapters.slack.rights import OUTSIDE
from adapters.slack.web import Web
from bot.cards.model import Button, Buttons, Card, File, Form, say
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


async def send(reply: Reply, heard: Heard, web: Web) -> bool:
    """The answer by a call to Slack; whether the asker sees it, and not something else that was done meanwhile.

    Raises one of `outcomes.TROUBLE` where it did not get there.
    """
    source, says = heard.source, reply.says
    match source:
        case OnModal(view):
            await web.api.views_update(view_id=view, view=modal(says, heard.place.channel))
        case Summoned():
            await _open(says, source.trigger, heard, web)
        case _ if isinstance(says, Form):
            await _open(says, source.trigger, heard, web)
        case AtHome():
            return await _at_home(says, heard, web, source)
        case Typed(url):
            await web.respond(url, written(says, reply.audience))
        case OnMessage(url, _, private):
            replaces = private and reply.audience is Audience.ASKER
            await web.respond(url, written(says, reply.audience, replaces=replaces))
        case Submitted():  # too late for the acknowledgement, and without it the modal has closed
            await _tell(says, heard, web)
        case _ as never:
            assert_never(never)
    return True


async def _at_home(card: Card, heard: Heard, web: Web, source: AtHome) -> bool:
    """Show a card in App Home. Where something newer has come there since, that is left alone."""
    try:
        await web.api.views_publish(user_id=heard.person.id, view=home(card), hash=source.hash or None)
    except SlackApiError as error:
        if error.response.get("error") != "hash_conflict":
            raise
        return not source.trigger  # whoever has just opened it sees what is newer
    return True


async def _open(says: Card | Form, trigger: str, heard: Heard, web: Web) -> None:
    """Open a modal; once it is too late for that, say the same in a message, a form as the way to it."""
    try:
        await web.api.views_open(trigger_id=trigger, view=modal(says, heard.place.channel))
    except SlackApiError as error:
        if error.response.get("error") not in ("expired_trigger_id", "exchanged_trigger_id"):
            raise
        await _tell(says if isinstance(says, Card) else _way_to(says), heard, web)


async def _tell(card: Card, heard: Heard, web: Web) -> None:
    """A message for the asker alone, where they asked or else in the app's conversation with them."""
    match heard.source:
        case Typed(url) | OnMessage(url) | Summoned(_, url) if url:
            await web.respond(url, written(card, Audience.ASKER))
        case _ if heard.place.personal:
            await web.api.chat_postMessage(channel=heard.person.id, **quietly(card))
        case _:
            try:
                await web.api.chat_postEphemeral(channel=heard.place.channel, user=heard.person.id, **message(card))
            except SlackApiError as error:
                if error.response.get("error") not in OUTSIDE:
                    raise
                await web.api.chat_postMessage(channel=heard.person.id, **quietly(card))


def _way_to(form: Form) -> Card:
    """A button that asks for the form once more."""
    return Card(form.title, (Buttons((Button(form.title, form.again, primary=True),)),), form.title)


async def publish(reply: Reply, heard: Heard, web: Web) -> None:
    """What everyone shall see, where `send` could only show it in one person's modal."""
    if (
        reply.audience is Audience.PLACE
        and not heard.place.personal
        and isinstance(heard.source, OnModal | Submitted | Summoned)
        and isinstance(reply.says, Card)
    ):
        await web.api.chat_postMessage(channel=heard.place.channel, **quietly(reply.says))


def response(card: Card, audience: Audience, *, replaces: bool = False) -> Json:
    """A card as an answer to what somebody did, in the place's messages or in theirs alone."""
    return {
        **message(card),
        "response_type": "in_channel" if audience is Audience.PLACE else "ephemeral",
        "replace_original": replaces,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def written(card: Card, audience: Audience, *, replaces: bool = False) -> bytes:
    """The same as it goes to a `response_url`. A crowd is shown few different cards, and drawing one takes longer than
    sending it; what is handed out to one person is not kept.
    """
    write = _written.__wrapped__ if any(isinstance(block, File) for block in card.blocks) else _written
    return write(card, audience, replaces=replaces)


@lru_cache(maxsize=256)
def _written(card: Card, audience: Audience, *, replaces: bool) -> bytes:
    return json.dumps(response(card, audience, replaces=replaces)).encode()
