"""The way to Slack's HTTP addresses: one session, no silent repeats, no surprises from the environment."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.pace import AT_ONCE

WITHIN = 15.0  # seconds for a call
_CONNECT_WITHIN = 5.0  # seconds of them for the connection
_CONNECTIONS = AT_ONCE + 200  # for a crowd that asks for hundreds of answers a second, which take up to 300 ms each
_JSON = {"Content-Type": "application/json; charset=utf-8"}

LIBRARY = logging.getLogger("adapters.slack.library")
"""What the libraries log: their failures, and never the texts that their debug level shows."""
LIBRARY.setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Web:
    """The methods of Slack's API, and the session they share with the addresses it hands out."""

    api: AsyncWebClient
    session: aiohttp.ClientSession

    def speaking(self, token: str) -> "Web":
        """The same with another token."""
        api = AsyncWebClient(
            token=token, base_url=self.api.base_url, session=self.session, retry_handlers=[], logger=LIBRARY
        )
        api.proxy = self.api.proxy
        return Web(api, self.session)

    async def respond(self, url: str, body: bytes) -> None:
        """Answer with JSON through a `response_url`, which Slack lets us do five times within half an hour."""
        async with self.session.post(url, data=body, headers=_JSON, proxy=self.api.proxy) as answer:
            answer.raise_for_status()


def open_web(
    url: str, token: str | None = None, traces: Sequence[aiohttp.TraceConfig] = (), within: float = WITHIN
) -> Web:
    """A client that calls exactly once: whether a post whose answer was lost may be repeated is not for it to say."""
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=within, connect=min(within, _CONNECT_WITHIN)),
        trace_configs=[*traces],
    )
    api = AsyncWebClient(token=token, base_url=f"{url}/", session=session, retry_handlers=[], logger=LIBRARY)
    api.proxy = proxy_to(url)  # its own choice overlooks NO_PROXY
    return Web(api, session)


def proxy_to(url: str) -> str | None:
    """The proxy that the environment names for an address, if any; never one to this machine itself."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return None if _is_here(host) or proxy_bypass(host) else getproxies().get(parts.scheme)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
