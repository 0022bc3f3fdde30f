"""What `python -m bot doctor` finds out about Slack, by calls alone: it connects nothing and shows nobody anything."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic import SecretStr
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.caller import Caller
from adapters.slack.probing import Me, Prober
from adapters.slack.scopes import CONNECTING, NEEDED, OPTIONAL
from adapters.slack.surroundings import surroundings
from adapters.slack.trouble import APPS, PASTE, SilentError, unanswered
from adapters.slack.trying import try_out
from adapters.slack.variables import Given
from adapters.slack.web import open_web
from adapters.slack.words import clean
from bot.findings import Finding, Known, Level
from bot.ports import Refused
from bot.skew import Skew

_MOST_SKEW = 300.0  # seconds; Slack signs the time of a request, and older ones are refused
_APP = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-")


async def examine(
    environment: Mapping[str, str], known: Known, clock: Callable[[], float] = time.time
) -> Sequence[Finding]:
    """Everything that can be asked with what is set. With a bot token that is refused no channel is looked at."""
    given = Given.read(environment)
    skew = Skew(clock, "Slack", _MOST_SKEW)
    web = open_web(given.slack_api_url, traces=[skew.trace()])
    try:
        caller = Caller(web, known.within)
        found = [*surroundings(given)]
        if given.slack_bot_token:
            found += await _as_bot(caller, given.slack_bot_token, given, known, clock)
        if given.slack_app_token:
            found.append(await _app_token(caller, given.slack_app_token))
        if not (given.slack_bot_token or given.slack_app_token):
            found.append(await _reached(caller))
        return (*found, skew.finding()) if skew.heard else found
    finally:
        await web.session.close()


async def _as_bot(
    caller: Caller, token: SecretStr, given: Given, known: Known, clock: Callable[[], float]
) -> list[Finding]:
    """What the token of one workspace is good for."""
    speaking = Caller(caller.web.speaking(token.get_secret_value()), caller.within)
    try:
        me = await speaking.ask(speaking.web.api.auth_test)
    except SilentError as error:
        return [unanswered("Bot token", error)]
    if isinstance(me, Refused):
        return [_refused_bot(me.why)]
    found = [_bot(me), *_scopes(me), *_same_app(me, given)]
    if known.live:
        found += await try_out(speaking, known.live)
    if known.drills is None:
        fix = "See what is said of the database: python -m bot doctor --only core"
        return [*found, Finding(Level.WARN, "Channels", "not looked at, for the drills cannot be read", fix)]
    return [*found, *await Prober(speaking, _me(me), clock).examine(known.drills)]


def _refused_bot(code: str) -> Finding:
    fix = (
        f"{APPS} → the app → Install App → Install, or Reinstall, and set SLACK_BOT_TOKEN to the Bot User OAuth Token, "
        "xoxb-…"
    )
    return Finding(Level.FAIL, "Bot token", f"Slack does not accept SLACK_BOT_TOKEN: {code}", fix)


def _me(answer: AsyncSlackResponse) -> Me:
    team, url = str(answer.get("team_id", "")), str(answer.get("url") or "https://app.slack.com/")
    return Me(team, clean(str(answer.get("team") or team)), clean(url), clean(str(answer.get("user", "the bot"))))


def _bot(answer: AsyncSlackResponse) -> Finding:
    me = _me(answer)
    if not answer.get("bot_id"):
        fix = f"{APPS} → the app → Install App, and set SLACK_BOT_TOKEN to the Bot User OAuth Token, xoxb-…"
        return Finding(Level.FAIL, "Bot token", f"it is no bot's, but that of the user {me.name}", fix)
    return Finding(Level.OK, "Bot token", f"accepted, for the bot @{me.name} in {me.team_name}, {me.team}")


def _scopes(answer: AsyncSlackResponse) -> Iterator[Finding]:
    """What the workspace has granted, against what this release asks for."""
    headers = {name.lower(): str(value) for name, value in answer.headers.items()}
    if "x-oauth-scopes" not in headers:
        fix = f"Look at {APPS} → the app → OAuth & Permissions → Bot Token Scopes: there must be {', '.join(NEEDED)}."
        yield Finding(Level.WARN, "Scopes", "Slack does not say which are granted", fix)
        return
    granted = {scope.strip() for scope in headers["x-oauth-scopes"].split(",")} - {""}
    if missing := [scope for scope in NEEDED if scope not in granted]:
        seen = "; ".join(f"{scope} is missing, for {NEEDED[scope]}" for scope in missing)
        yield Finding(Level.FAIL, "Scopes", seen, f"{PASTE}, and set SLACK_BOT_TOKEN if it is another now.")
    elif unused := sorted(granted - {*NEEDED, *OPTIONAL}):
        seen = f"granted, and not used by this release: {', '.join(unused)}"
        yield Finding(Level.WARN, "Scopes", seen, f"{PASTE}.")
    else:
        yield Finding(Level.OK, "Scopes", f"those that are needed are granted: {', '.join(NEEDED)}")
    given, other = ([scope for scope in OPTIONAL if (scope in granted) is there] for there in (True, False))
    seen = f"granted: {', '.join(given) or 'none'}; not granted: {', '.join(other) or 'none'}"
    yield Finding(Level.OK, "Optional scopes", f"{seen}; docs/slack.md says what each is for")


def _same_app(answer: AsyncSlackResponse, given: Given) -> Iterator[Finding]:
    """Tokens of two apps are both accepted, and then nothing is ever heard."""
    named = _APP.match(given.slack_app_token.get_secret_value()) if given.slack_app_token else None
    ours = str(answer.get("app_id") or "")
    if named and ours and named[1] != ours:
        fix = f"Take both tokens from one app: {APPS}/{ours} → Basic Information → App-Level Tokens."
        seen = f"SLACK_APP_TOKEN is of the app {named[1]}, SLACK_BOT_TOKEN of {ours}"
        yield Finding(Level.FAIL, "Two apps", seen, fix)


async def _reached(caller: Caller) -> Finding:
    """Where each workspace has its own token: whether Slack can be asked at all."""
    try:
        answer = await caller.ask(caller.web.api.api_test)
    except SilentError as error:
        return unanswered("Slack", error)
    if isinstance(answer, Refused):
        return unanswered("Slack", SilentError(answer.why))
    return Finding(Level.OK, "Slack", "it answers; its workspaces bring their own tokens")


async def _app_token(caller: Caller, token: SecretStr) -> Finding:
    """Whether Slack would let us connect. The address that it gives is not used, and good for nothing else."""
    text = token.get_secret_value()
    try:
        opened = await caller.ask(lambda: caller.web.api.apps_connections_open(app_token=text))
    except SilentError as error:
        return unanswered("App token", error)
    if isinstance(opened, Refused):
        fix = (
            f"{APPS} → the app → Basic Information → App-Level Tokens: generate one with {CONNECTING} and set "
            "SLACK_APP_TOKEN to it. Socket Mode → Enable Socket Mode must be on."
        )
        return Finding(Level.FAIL, "App token", f"Slack does not accept SLACK_APP_TOKEN: {opened.why}", fix)
    return Finding(Level.OK, "App token", "accepted, and Slack gives out an address to connect to")
