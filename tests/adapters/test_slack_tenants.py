"""Tokens of many workspaces: renewed once before they end, forgotten when they are taken back, never mixed up."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError

from adapters.slack.installed import NAME, REMEMBERED, RENEWED_BEFORE, Credentials, Given, Many
from adapters.slack.outcomes import TROUBLE
from adapters.slack.tenants import Tenant
from adapters.slack.web import Web, open_web
from bot.ports import Installation
from bot.sealing import KeyRing, new_key
from bot.store.database import Database
from bot.vault import SealedVault
from tests.fakes.slack.oauth import CLIENT_ID, CLIENT_SECRET, LIFE, Grant
from tests.fakes.slack.server import DROPPED, FakeSlack, Fault
from tests.house import Time

CREW = Grant("T0CREW", rotates=True)
APP = Credentials(CLIENT_ID, SecretStr(CLIENT_SECRET))


@dataclass
class Office:
    """A quiz with one workspace whose token rotates, and Slack."""

    slack: FakeSlack
    vault: SealedVault
    web: Web
    time: Time
    many: Many

    async def install(self, grant: Grant = CREW) -> Installation:
        """Somebody adds the quiz."""
        answer = self.slack.oauth._give(grant)
        given = Given(answer["access_token"], answer["bot_user_id"], answer["scope"], answer.get("refresh_token", ""))
        expires = self.time.now + timedelta(seconds=LIFE) if grant.rotates else None
        installation = Installation(grant.tenant, given.secret(), self.time.now, expires)
        await self.many.keep(installation)
        return installation

    def another(self) -> Many:
        """A second process."""
        return Many(self.vault, self.web, APP, self.time)


@pytest.fixture
async def office(database: Database, time: Time) -> AsyncIterator[Office]:
    async with FakeSlack() as slack:
        web = open_web(f"{slack.workspace.url}/api")
        vault = SealedVault(database, KeyRing.read(new_key()), time)
        yield Office(slack, vault, web, time, Many(vault, web, APP, time))
        await web.session.close()


def token(tenant: Tenant | None) -> str | None:
    """With which token we speak."""
    return tenant.web.api.token if tenant else None


async def test_a_token_is_renewed_before_it_ends_and_once(office: Office) -> None:
    before = Given.read((await office.install()).secret)
    assert token(await office.many.of("T0CREW")) == before.token
    office.time.now += timedelta(seconds=LIFE) - RENEWED_BEFORE
    processes = [office.many, office.another()]
    mine, others = await asyncio.gather(*(asyncio.gather(*(each.of("T0CREW") for _ in range(5))) for each in processes))
    assert {token(each) for each in mine} == {before.token}, "nobody waits while it is good"
    for each in processes:
        await asyncio.gather(*each._renewing.values())
    [fresh] = {token(await each.of("T0CREW")) for each in processes}
    assert fresh != before.token
    assert {token(each) for each in others} <= {before.token, fresh}, "which may have looked after it was renewed"
    assert office.slack.oauth.refreshed == 1
    kept = await office.vault.find(NAME, "T0CREW")
    assert kept is not None
    assert kept.expires_at == office.time.now + timedelta(seconds=LIFE)
    assert Given.read(kept.secret).refresh in office.slack.oauth.refreshing


async def test_without_slack_the_old_token_serves_while_it_lasts(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    before = Given.read((await office.install()).secret)
    office.time.now += timedelta(seconds=LIFE) - RENEWED_BEFORE
    office.slack.fail("oauth.v2.access", Fault(503))
    assert token(await office.many.of("T0CREW")) == before.token
    await asyncio.gather(*office.many._renewing.values())
    assert "could not be renewed yet" in caplog.text
    assert before.token not in caplog.text
    office.time.now += RENEWED_BEFORE
    office.slack.fail("oauth.v2.access", Fault(503))
    with pytest.raises(SlackApiError):
        await office.many.of("T0CREW")
    assert token(await office.many.of("T0CREW")) != before.token


async def test_a_renewal_whose_answer_is_lost_ends_the_installation_loudly(office: Office) -> None:
    await office.install()
    office.time.now += timedelta(seconds=LIFE)
    office.slack.fail("oauth.v2.access", DROPPED)
    with pytest.raises(TROUBLE):
        await office.many.of("T0CREW")
    with pytest.raises(SlackApiError, match="invalid_refresh_token"):  # it was used up: only adding it again helps
        await office.many.of("T0CREW")
    office.slack.forgive("invalid_refresh_token")


async def test_what_was_taken_back_speaks_no_more(office: Office) -> None:
    await office.install()
    other = office.another()
    assert await office.many.of("T0CREW") is not None
    assert await other.of("T0CREW") is not None
    assert await office.many.ending("T0CREW", office.time.now) == ("T0CREW",)
    await office.many.forget("T0CREW", office.time.now)
    assert await office.many.of("T0CREW") is None
    assert await other.of("T0CREW") is not None  # for a minute at most
    office.time.now += REMEMBERED
    assert await other.of("T0CREW") is None


async def test_an_end_that_comes_after_a_new_beginning_ends_nothing(office: Office) -> None:
    await office.install()
    removed_at = office.time.now + timedelta(seconds=5)
    office.time.now += timedelta(seconds=9)
    again = Given.read((await office.install()).secret)
    assert await office.many.ending("T0CREW", removed_at) == ()
    await office.many.forget("T0CREW", removed_at)
    assert token(await office.many.of("T0CREW")) == again.token


async def test_the_end_of_an_organisation_is_that_of_all_its_workspaces(office: Office) -> None:
    await office.install(Grant("T0ONE", "E0ORG", whole=True))
    own = await office.install(Grant("T0THREE", "E0ORG"))
    for team in ("T0ONE", "T0TWO", "T0THREE"):
        assert await office.many.of(team, "E0ORG") is not None
    assert await office.many.ending("E0ORG", office.time.now) == ("E0ORG", "T0ONE", "T0TWO")
    await office.many.forget("E0ORG", office.time.now)
    assert await office.many.of("T0TWO", "E0ORG") is None
    assert token(await office.many.of("T0THREE", "E0ORG")) == Given.read(own.secret).token


async def test_each_workspace_speaks_with_its_own_token(office: Office) -> None:
    tenants = [f"T{number}" for number in range(3)]
    given = {tenant: Given.read((await office.install(Grant(tenant))).secret).token for tenant in tenants}
    got = await asyncio.gather(*(office.many.of(tenant) for tenant in tenants * 20))
    assert [token(each) for each in got] == [given[tenant] for tenant in tenants * 20]
    assert len({*given.values()}) == 3


async def test_one_who_gives_up_keeps_nobody_from_an_answer(office: Office) -> None:
    await office.install()
    impatient, patient = (asyncio.create_task(office.many.of("T0CREW")) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient is not None


def test_a_secret_holds_all_that_is_needed_and_shows_it_nowhere() -> None:
    given = Given("xoxb-1", "U1", "commands", "xoxe-1")
    assert Given.read(given.secret()) == given
    installation = Installation("T1", given.secret(), Time().now)
    assert "xox" not in repr(installation) + repr(given)


async def test_a_token_that_has_ended_is_renewed_once_while_all_wait(office: Office) -> None:
    before = Given.read((await office.install()).secret)
    office.time.now += timedelta(seconds=LIFE)
    got = await asyncio.gather(*(each.of("T0CREW") for each in [office.many, office.another()] * 5))
    [fresh] = {token(each) for each in got}
    assert fresh != before.token
    assert office.slack.oauth.refreshed == 1


async def test_what_was_looked_up_before_a_change_is_not_remembered_after_it(office: Office) -> None:
    await office.install()
    looking = asyncio.create_task(office.many.of("T0CREW"))
    await asyncio.sleep(0)
    again = Given.read((await office.install()).secret)
    await looking
    assert token(await office.many.of("T0CREW")) == again.token


async def test_whoever_names_the_organisation_is_not_told_what_one_who_does_not_is(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.install(Grant("T0ONE", "E0ORG", whole=True))
    unknown = asyncio.create_task(office.many.of("T0TWO"))
    belong = office.vault.belong

    async def after_the_other(platform: str, workspace: str, enterprise: str) -> None:
        await asyncio.wait([unknown])  # who would find out, if it were kept before they looked
        await belong(platform, workspace, enterprise)

    monkeypatch.setattr(office.vault, "belong", after_the_other)
    known = await office.many.of("T0TWO", "E0ORG")
    assert (await unknown, known is not None) == (None, True)
