"""The first word of an answer to an interaction, without having Discord send it back.

discord.py always asks for the message that it has just sent, and takes it apart, for nothing that we read. Views must
be finished before they are sent, as ours are: it would keep any other under the id of a message that it does not know.
"""

from typing import Any

import aiohttp
from discord.http import MultipartParameters, Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

_CALLBACK = "/interactions/{webhook_id}/{webhook_token}/callback"


class _Adapter(AsyncWebhookAdapter):
    """The library's, but for one request."""

    async def create_interaction_response(  # type: ignore[override]  # the library annotates what its coroutine returns
        self,
        interaction_id: int,
        token: str,
        *,
        session: aiohttp.ClientSession,
        proxy: str | None = None,
        proxy_auth: aiohttp.BasicAuth | None = None,
        params: MultipartParameters,
    ) -> dict[str, Any]:
        """Send it. All that the library needs to know of it is whose answer it is."""
        route = Route("POST", _CALLBACK, webhook_id=interaction_id, webhook_token=token)
        if params.files:
            await self.request(
                *(route, session), files=params.files, multipart=params.multipart, proxy=proxy, proxy_auth=proxy_auth
            )
        else:
            await self.request(route, session, payload=params.payload, proxy=proxy, proxy_auth=proxy_auth)
        return {"interaction": {"id": str(interaction_id)}}


_ADAPTER = _Adapter()  # type: ignore[no-untyped-call]  # the library leaves it untyped


def say_without_echo() -> None:
    """From now on in this task."""
    async_context.set(_ADAPTER)
