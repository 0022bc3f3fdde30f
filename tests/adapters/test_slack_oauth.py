"""Taking the quiz into a workspace through the browser: the way there and back, and everybody who may not go it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from adapters.slack.installed import Credentials, Given
from adapters.slack.oauth import BEGIN, CALLBACK, LANDING, Installing
from adapters.slack.tenants import Tenants
from adapters.slack.web import open_web
from bot.domain.identity import Workspace
from bot.errors import SettingsError
from bot.ports import Reply, Request, Response
from bot.sealing import KeyRing, new_key
from bot.store.database import Database
from bot.vault import SealedVault
from tests import gallery
from tests.fakes.slack.door import ScriptedDoor
from tests.fakes.slack.oauth import CLIENT_ID, CLIENT_SECRET, Grant
from tests.fakes.slack.server import FakeSlack, Fault
from tests.house import Time

PUBLIC, SLACKS = "https://quiz.example", "https://slack.com/oauth/v2/authorize"
CREW = Grant("T0CREW")


@dataclass
class Browser:
    """Somebody's browser at the quiz's pages. It keeps the cookies it is given, or not."""

    slack: FakeSlack
    installing: Installing
    door: ScriptedDoor
    tenants: Tenants
    vault: SealedVault
    cookie: str = ""

    async def get(self, address: str) -> Response:
        """Open an address of ours."""
        parts = urlsplit(address)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        route = next(route for route in self.installing.routes if route.path == parts.path)
        answer = await route.handle(Request({"Cookie": self.cookie} if self.cookie else {}, query, b""))
        if "Set-Cookie" in answer.headers:
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return answer

    async def way_back(self, grant: Grant = CREW) -> str:
        """Begin, and agree on Slack's page: the address that Slack sends the browser to."""
        return self.slack.oauth.agree((await self.get(BEGIN)).headers["Location"], grant)

    async def add(self, grant: Grant = CREW) -> Response:
        """All the way."""
        return await self.get(await self.way_back(grant))


@pytest.fixture
async def browser(database: Database, time: Time) -> AsyncIterator[Browser]:
    async with FakeSlack() as slack:
        web = open_web(f"{slack.workspace.url}/api")
        door = ScriptedDoor(Reply(gallery.personal()))
        door.vault = vault = SealedVault(database, KeyRing.read(new_key()), time)
        app = Credentials(CLIENT_ID, SecretStr(CLIENT_SECRET))
        installing = Installing(app, PUBLIC, SLACKS, ("commands", "chat:write"), time)
        tenants = await installing.open(web, door)
        yield Browser(slack, installing, door, tenants, vault)
        await web.session.close()


async def test_the_landing_page_leads_to_slack(browser: Browser) -> None:
    page = await browser.get(LANDING)
    assert page.status == 200
    assert f'href="{BEGIN}"' in page.body.decode()
    assert "<code>chat:write</code> for posting the question" in page.body.decode()
    on = await browser.get(BEGIN)
    assert on.status == 302
    parts = urlsplit(on.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == SLACKS
    query = parse_qs(parts.query)
    assert query["scope"] == ["commands,chat:write"]
    assert query["redirect_uri"] == [f"{PUBLIC}{CALLBACK}"]
    assert {"HttpOnly", "Secure", "SameSite=Lax"} <= {*on.headers["Set-Cookie"].split("; ")}
    assert CLIENT_SECRET not in str(on)


async def test_who_agrees_is_in(browser: Browser) -> None:
    page = await browser.add()
    assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")
    assert "The quiz is in your workspace" in page.body.decode()
    assert "team=T0CREW" in page.body.decode()
    assert browser.door.moved == [("joined", Workspace("slack", "T0CREW"))]
    kept = await browser.vault.find("slack", "T0CREW")
    assert kept is not None
    given = Given.read(kept.secret)
    assert browser.slack.oauth.tokens[given.token] == CREW
    assert (kept.expires_at, given.scopes) == (None, "commands,chat:write")
    tenant = await browser.tenants.of("T0CREW")
    assert tenant is not None
    assert tenant.web.api.token == given.token
    assert given.token not in repr(kept) + page.body.decode()


async def test_adding_it_again_takes_the_new_token_at_once(browser: Browser) -> None:
    await browser.add()
    first = await browser.tenants.of("T0CREW")
    await browser.add()
    second = await browser.tenants.of("T0CREW")
    assert first is not None and second is not None  # noqa: PT018  # one thing: both are there
    assert first.web.api.token != second.web.api.token


async def test_who_says_no_is_told_so(browser: Browser) -> None:
    await browser.get(BEGIN)
    page = await browser.get(f"{CALLBACK}?error=access_denied&state=whatever")
    assert "Nothing was added" in page.body.decode()
    assert browser.door.moved == []


@pytest.mark.parametrize("state", ["", "a.b.c", "a", "..", "a.99999999999999.x", "é.1.é", "a.-1.b", "a.٣.b"])
async def test_a_made_up_state_is_refused(browser: Browser, state: str) -> None:
    await browser.get(BEGIN)
    page = await browser.get(f"{CALLBACK}?code=code-1&state={state}")
    assert page.status == 400
    assert "begun in this browser" in page.body.decode()
    assert browser.slack.calls == []


async def test_the_way_back_is_for_the_browser_that_began_it_and_for_one_time(browser: Browser, time: Time) -> None:
    back = await browser.way_back()
    mine, browser.cookie = browser.cookie, "sqla_quiz_install=another"
    assert (await browser.get(back)).status == 400
    browser.cookie = ""
    assert (await browser.get(back)).status == 400
    for odd in ("\x00;;;=", "\xff", '"\\377"', "é"):
        browser.cookie = f"sqla_quiz_install={odd}"
        assert (await browser.get(back)).status == 400
    browser.cookie = "sqla_quiz_install=\x00;;;="
    assert (await browser.get(back)).status == 400
    browser.cookie = mine
    time.now += timedelta(minutes=10)
    assert (await browser.get(back)).status == 400
    time.now -= timedelta(minutes=10)
    assert (await browser.get(back)).status == 200
    assert (await browser.get(back)).status == 400
    assert len(browser.door.moved) == 1


async def test_a_code_that_slack_does_not_know_adds_nothing(browser: Browser) -> None:
    back = await browser.way_back()
    browser.slack.oauth.codes.clear()
    page = await browser.get(back)
    assert page.status == 400
    assert "invalid_code" in page.body.decode()
    browser.slack.forgive("invalid_code")
    assert await browser.vault.find("slack", "T0CREW") is None


@pytest.mark.parametrize("fault", [Fault(500), Fault(200, works=True, drops=True), Fault(200, error="nothing else")])
async def test_a_slack_that_fails_is_told_as_such(browser: Browser, fault: Fault) -> None:
    back = await browser.way_back()
    browser.slack.fail("oauth.v2.access", fault)
    page = await browser.get(back)
    assert page.status in (400, 502)
    assert "The quiz was not added" in page.body.decode()
    assert browser.door.moved == []


async def test_what_an_address_says_is_never_markup(browser: Browser) -> None:
    back = await browser.way_back()
    browser.slack.fail("oauth.v2.access", Fault(200, error="<script>alert(1)</script>"))
    page = (await browser.get(back)).body.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


async def test_an_organisation_speaks_in_each_of_its_workspaces(browser: Browser) -> None:
    await browser.add(Grant("T0ONE", "E0ORG", whole=True))
    assert browser.door.moved == []  # which workspaces it has is seen as each of them speaks
    assert await browser.tenants.of("T0ONE") is None
    one, two = await browser.tenants.of("T0ONE", "E0ORG"), await browser.tenants.of("T0TWO", "E0ORG")
    assert one is not None and two is not None  # noqa: PT018  # one thing: both are there
    assert one.web.api.token == two.web.api.token
    assert await browser.tenants.of("T0TWO") is not None  # for a post, which knows no organisation
    assert await browser.tenants.of("T0OTHER", "E0OTHER") is None


async def test_without_keys_it_does_not_start(browser: Browser) -> None:
    browser.door.vault = None
    web = open_web(browser.slack.workspace.url)
    with pytest.raises(SettingsError, match="SECRET_KEYS"):
        await browser.installing.open(web, browser.door)
    await web.session.close()


async def test_what_cannot_be_kept_is_told_to_whoever_waits(
    browser: Browser, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(_: Workspace) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(browser.door, "joined", breaks)
    page = await browser.add()
    assert page.status == 500
    assert "The quiz was not added" in page.body.decode()
    assert "could not be kept" in caplog.text
    assert "xoxb-" not in caplog.text


async def test_slacks_own_clock_tells_when_it_was_given(browser: Browser, time: Time) -> None:
    browser.slack.ahead = 3600
    await browser.add()
    kept = await browser.vault.find("slack", "T0CREW")
    assert kept is not None
    assert abs((kept.installed_at - datetime.now(UTC)).total_seconds() - 3600) < 60
    assert kept.installed_at != time.now
