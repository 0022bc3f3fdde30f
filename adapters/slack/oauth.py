"""Taking the quiz into a workspace: a page with a button, the way to Slack and back, and what is kept of it.

Source: https://docs.slack.dev/authentication/installing-with-oauth
"""

import hmac
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack import pages
from adapters.slack.installed import Credentials, Given, Many, exchange, expiry
from adapters.slack.outcomes import TROUBLE, outcome
from adapters.slack.tenants import Tenants
from adapters.slack.web import Web
from bot.domain.identity import Workspace
from bot.errors import SettingsError
from bot.ports import Door, Installation, Request, Response, Route

log = logging.getLogger(__name__)

LANDING, BEGIN, CALLBACK = "/slack/install", "/slack/oauth/start", "/slack/oauth/callback"
_COOKIE = "sqla_quiz_install"
_GOOD_FOR = timedelta(minutes=10)  # as long as Slack's own code


@dataclass(frozen=True, slots=True)
class _Open:
    """What is there while we are connected."""

    web: Web
    door: Door
    tenants: Many


class Installing:
    """The access of many workspaces. `public` is our own address without a closing slash, `authorise` Slack's page."""

    def __init__(
        self,
        app: Credentials,
        public: str,
        authorise: str,
        scopes: Sequence[str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._app = app
        self._public = public
        self._authorise = authorise
        self._scopes = tuple(scopes)
        self._now = now
        self._open: _Open | None = None
        self.routes: Sequence[Route] = (
            Route("GET", LANDING, self.landing),
            Route("GET", BEGIN, self.begin),
            Route("GET", CALLBACK, self.end),
        )

    async def open(self, web: Web, door: Door) -> Tenants:
        """Nothing has to be asked: each workspace is looked up when it speaks."""
        if door.vault is None:
            raise SettingsError(
                "SECRET_KEYS", "is needed to keep the tokens of workspaces; make a key with: python -m bot secrets new"
            )
        tenants = Many(door.vault, web, self._app, self._now)
        self._open = _Open(web, door, tenants)
        return tenants

    async def landing(self, _: Request) -> Response:
        """The page that says what the quiz is, with the button that adds it."""
        return _page(200, pages.landing(BEGIN, self._scopes))

    async def begin(self, _: Request) -> Response:
        """On to Slack, with a state that only this browser can come back with."""
        nonce, until = secrets.token_urlsafe(24), int((self._now() + _GOOD_FOR).timestamp())
        query = {
            "client_id": self._app.client_id,
            "scope": ",".join(self._scopes),
            "redirect_uri": f"{self._public}{CALLBACK}",
            "state": f"{nonce}.{until}.{self._sign(nonce, until)}",
        }
        headers = {"Location": f"{self._authorise}?{urlencode(query)}", "Set-Cookie": self._cookie(nonce)}
        return Response(302, headers=headers)

    async def end(self, request: Request) -> Response:
        """Back from Slack: keep what the workspace gave, and say what comes next."""
        if self._open is None:
            return _page(503, pages.failed("The quiz is just starting. Please try again in a moment.", LANDING))
        if "error" in request.query:
            return _page(200, pages.failed("Nothing was added: you said no to Slack, or Slack did.", LANDING))
        if not self._is_ours(request) or not request.query.get("code"):
            why = "This way back was not begun in this browser, or too long ago. Please begin again."
            return _page(400, pages.failed(why, LANDING))
        try:
            answer = await exchange(
                self._open.web, self._app, code=request.query["code"], redirect_uri=f"{self._public}{CALLBACK}"
            )
            installation, workspace = _understood(answer, self._now())
        except SlackApiError as error:
            log.warning("an installation was refused: %s", outcome(error).why)
            return _page(400, pages.failed(f"Slack did not confirm it ({outcome(error).why}).", LANDING))
        except (*TROUBLE, KeyError) as error:
            log.warning("an installation came to nothing: %s", type(error).__name__)
            return _page(502, pages.failed("Slack did not answer as it should. Please try again.", LANDING))
        try:
            await self._take_up(self._open, installation, workspace)
        except Exception:  # the last boundary of a page: whatever broke, a person waits for it
            log.exception("an installation could not be kept")
            return _page(500, pages.failed("Something went wrong on our side. Please try again.", LANDING))
        return _page(200, pages.added(_into_slack(answer)), {"Set-Cookie": self._cookie("")})

    async def _take_up(self, there: _Open, given: Installation, workspace: Workspace | None) -> None:
        """Keep what was given, and go on wherever it lets us speak."""
        members = await there.tenants.keep(given)
        for joined in (workspace, *(Workspace("slack", member) for member in members)):
            if joined is not None:
                await there.door.joined(joined)
        log.info("added to %s", given.tenant)

    def _is_ours(self, request: Request) -> bool:
        """Whether the state was made by us, not long ago, for this very browser: else somebody could have us added to
        their workspace by another's hand.
        """
        nonce, _, rest = request.query.get("state", "").partition(".")
        until, _, signature = rest.partition(".")
        mine = _cookies(request.headers).get(_COOKIE, "")
        if not until.isdecimal() or len(until) > 12 or not f"{nonce}{until}{signature}{mine}".isascii():
            return False
        genuine = hmac.compare_digest(self._sign(nonce, int(until)), signature)
        same = hmac.compare_digest(nonce, mine)
        return genuine and same and bool(nonce) and self._now().timestamp() < int(until)

    def _sign(self, nonce: str, until: int) -> str:
        key = self._app.client_secret.get_secret_value().encode()
        return hmac.new(key, f"{nonce}.{until}".encode(), "sha256").hexdigest()

    def _cookie(self, nonce: str) -> str:
        """The browser's half of the state; an empty one takes it away, so that a way back can be gone once."""
        age = int(_GOOD_FOR.total_seconds()) if nonce else 0
        secure = "; Secure" if self._public.startswith("https:") else ""
        return f"{_COOKIE}={nonce}; Path={CALLBACK}; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"


def _understood(answer: AsyncSlackResponse, now: datetime) -> tuple[Installation, Workspace | None]:
    """What is to be kept, and the workspace if it is a single one. Raises `KeyError` for what Slack would never say."""
    team, enterprise = answer.get("team") or {}, answer.get("enterprise") or {}
    whole = bool(answer.get("is_enterprise_install"))
    tenant = str((enterprise if whole else team)["id"])
    given = Given(
        str(answer["access_token"]),
        str(answer["bot_user_id"]),
        str(answer.get("scope", "")),
        str(answer.get("refresh_token") or ""),
    )
    begun = _told_at(answer) or now.replace(microsecond=0)
    installation = Installation(tenant, given.secret(), begun, expiry(answer, now))
    return installation, None if whole else Workspace("slack", tenant, str(team.get("name", "")))


def _told_at(answer: AsyncSlackResponse) -> datetime | None:
    """When Slack gave it, by its own clock, which is the one that it tells of ends by: in whole seconds."""
    said = next((value for name, value in answer.headers.items() if name.lower() == "date"), "")
    try:
        return parsedate_to_datetime(said).astimezone(UTC)
    except ValueError:
        return None


def _into_slack(answer: AsyncSlackResponse) -> str:
    team = (answer.get("team") or {}).get("id", "")
    return "https://slack.com/app_redirect?" + urlencode({"app": answer.get("app_id", ""), "team": team})


def _cookies(headers: Mapping[str, str]) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("Cookie", "")).items()}
    except CookieError:
        return {}


def _page(status: int, html: str, headers: Mapping[str, str] | None = None) -> Response:
    safe = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(status, html.encode(), "text/html; charset=utf-8", safe | dict(headers or {}))
