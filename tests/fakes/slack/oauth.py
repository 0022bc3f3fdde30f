"""Installing with OAuth: what a person agrees to in the browser, and the tokens that the app gets for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.fakes.slack.methods import SlackError
from tests.fakes.slack.people import APP, BOT_USER
from tests.fakes.slack.state import Workspace

Payload = dict[str, Any]

CLIENT_ID, CLIENT_SECRET = "1111.2222", "client-secret-quiz"
LIFE = 43_200  # seconds that a token which rotates is good for


@dataclass(frozen=True)
class Grant:
    """What somebody agreed to: for one team, or for a whole organisation; whether its tokens rotate, how often."""

    team: str
    enterprise: str = ""
    whole: bool = False
    rotates: bool = False
    life: int = LIFE

    @property
    def tenant(self) -> str:
        """Whom the token speaks for."""
        return self.enterprise if self.whole else self.team


@dataclass
class Oauth:
    """Slack's side. `make` opens a team's workspace; `refreshed` counts how often tokens were renewed."""

    make: Callable[[str, str], Workspace]
    codes: dict[str, tuple[Grant, str]] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)
    refreshing: dict[str, Grant] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    refreshed: int = 0
    _number: int = 0

    def agree(self, url: str, grant: Grant) -> str:
        """Somebody presses "Allow" on Slack's page; where their browser is sent to then."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if query["client_id"] != CLIENT_ID or not {"commands", "chat:write"} <= {*query["scope"].split(",")}:
            raise AssertionError(f"Slack would not know what to ask for: {query}")
        code = f"code-{self._next()}"
        self.codes[code] = (grant, query["redirect_uri"])
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def access(self, given: Payload) -> Payload:
        """The method `oauth.v2.access`. A code and a refresh token are good for one time."""
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise SlackError("bad_client_secret")
        if given.get("grant_type") == "refresh_token":
            grant = self.refreshing.pop(str(given.get("refresh_token")), None)
            if grant is None:
                raise SlackError("invalid_refresh_token")
            self.refreshed += 1
            return self._give(grant)
        grant, redirect = self.codes.pop(str(given.get("code")), (None, ""))
        if grant is None:
            raise SlackError("invalid_code")
        if given.get("redirect_uri") != redirect:
            raise SlackError("bad_redirect_uri")
        return self._give(grant)

    def revoke(self, tenant: str) -> None:
        """The app is removed: its tokens are good for nothing."""
        self.revoked |= {token for token, grant in self.tokens.items() if grant.tenant == tenant}
        for known in (self.tokens, self.refreshing):
            for token in [token for token, grant in known.items() if grant.tenant == tenant]:
                del known[token]

    def _give(self, grant: Grant) -> Payload:
        token = f"xoxb-{grant.tenant}-{self._next()}"
        self.tokens[token] = grant
        self.make(grant.team, grant.enterprise)
        renewal: Payload = {}
        if grant.rotates:
            renewal = {"refresh_token": f"xoxe-1-{self._next()}", "expires_in": grant.life}
            self.refreshing[renewal["refresh_token"]] = grant
        return {
            "ok": True,
            "app_id": APP,
            "access_token": token,
            "token_type": "bot",
            "scope": "commands,chat:write",
            "bot_user_id": BOT_USER,
            "team": None if grant.whole else {"id": grant.team, "name": f"Team {grant.team}"},
            "enterprise": {"id": grant.enterprise, "name": "Org"} if grant.enterprise else None,
            "is_enterprise_install": grant.whole,
            "authed_user": {"id": "U0ADA"},
            **renewal,
        }

    def _next(self) -> int:
        self._number += 1
        return self._number
