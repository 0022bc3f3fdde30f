"""Requests with files: a form whose part `payload_json` is the body, and whose `files[n]` are what it attaches."""

from collections.abc import Iterator

from aiohttp import web
from aiohttp.web_request import FileField

from tests.fakes import wire
from tests.fakes.discord.rules import Json, Shape, complaints, whole, words

MOST, LARGEST = 10, 10 * 2**20  # files of a message, bytes of all of them
_ATTACHMENT = Shape({"id": whole(0, MOST - 1), "filename": words(1, 1024, r"[\w.-]+"), "text": words(0, LARGEST)})


async def body(request: web.Request) -> Json:
    """The body of a request. What a file says stands with its attachment, as `text`."""
    if request.content_type != "multipart/form-data":
        said: Json = await request.json(loads=wire.read)
        return said
    form = await request.post()
    told: Json = wire.read(str(form["payload_json"]))
    data = told.get("data", told)
    for attachment in data.get("attachments", []):
        part = form.get(f"files[{attachment.get('id')}]")
        if isinstance(part, FileField):
            attachment["text"] = part.file.read().decode()
    return told


def complaints_of(message: Json, shown: set[str]) -> Iterator[str]:
    """What is wrong with the files of a message, of which components show those at these addresses."""
    attached = message.get("attachments") or []
    if not isinstance(attached, list) or len(attached) > MOST:
        yield f"attachments: must be a list of at most {MOST}"
        return
    for each in attached:
        yield from complaints(_ATTACHMENT, each, "attachment")
    if sum(len(str(each.get("text", "")).encode()) for each in attached) > LARGEST:
        yield "attachments: larger than may be sent"
    if shown != {f"attachment://{each.get('filename')}" for each in attached}:
        yield "attachments: each is shown by one component, and each component shows one"
