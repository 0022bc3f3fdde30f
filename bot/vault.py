"""The vault: what platforms gave us, sealed on its way into the database and opened on its way out."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import SealError
from bot.ports import Installation
from bot.sealing import KeyRing
from bot.store import installations, models
from bot.store.database import Database

RENEWAL = timedelta(seconds=30)  # how long one process may take to renew an installation
_LOOK_AGAIN = 0.2  # seconds until somebody who waits for that looks again


@dataclass(frozen=True, slots=True)
class Resealed:
    """What came of sealing everything anew: of so many secrets how many were, how many were just being renewed, and
    how many cannot be opened.
    """

    secrets: int
    done: int
    busy: int
    shut: int


class SealedVault:
    """See `bot.ports.Vault`. `now` tells the time."""

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Keeps nothing but what it is given."""
        self._database = database
        self._ring = ring
        self._now = now
        self._sleep = sleep

    async def find(self, platform: str, tenant: str) -> Installation | None:
        """See `bot.ports.Vault`."""
        async with self._database.reading() as session:
            row = await installations.find(session, platform, tenant)
        return self._opened(row) if row else None

    async def keep(self, platform: str, given: Installation) -> Sequence[str]:
        """See `bot.ports.Vault`."""
        sealed = self._ring.seal(given.secret, _about(platform, given.tenant))
        async with self._database.writing() as session:
            await installations.keep(
                session,
                platform,
                given.tenant,
                sealed=sealed,
                installed_at=given.installed_at,
                expires_at=given.expires_at,
            )
            return await installations.spoken_for(session, platform, given.tenant)

    async def belong(self, platform: str, tenant: str, organisation: str) -> None:
        """See `bot.ports.Vault`."""
        async with self._database.writing() as session:
            await installations.belong(session, platform, tenant, organisation, self._now())

    async def ending(self, platform: str, tenant: str, until: datetime) -> Sequence[str]:
        """See `bot.ports.Vault`."""
        async with self._database.reading() as session:
            row = await installations.find(session, platform, tenant)
            if row is not None and row.tenant == tenant and row.installed_at > until:
                return ()
            return (tenant, *await installations.spoken_for(session, platform, tenant))

    async def forget(self, platform: str, tenant: str, until: datetime) -> None:
        """See `bot.ports.Vault`."""
        async with self._database.writing() as session:
            await installations.forget(session, platform, tenant, until)

    async def renew(
        self, platform: str, held: Installation, ask: Callable[[], Awaitable[Installation]]
    ) -> Installation | None:
        """See `bot.ports.Vault`."""
        while True:
            claimed = await self._claim(platform, held)
            if not isinstance(claimed, bytes):
                return claimed
            if claimed:
                break
            await self._sleep(_LOOK_AGAIN)
        try:
            fresh = await ask()
        except BaseException:
            async with self._database.writing() as session:
                await installations.end_renewal(session, platform, held.tenant, claimed)
            raise
        sealed = self._ring.seal(fresh.secret, _about(platform, fresh.tenant))
        async with self._database.writing() as session:
            kept = await installations.replace(session, platform, held.tenant, claimed, sealed, fresh.expires_at)
        return fresh if kept else await self.find(platform, held.tenant)

    async def reseal(self) -> Resealed:
        """Seal everything with the newest key. One that is just being renewed is sealed with it by that."""
        async with self._database.reading() as session:
            rows = await installations.all_sealed(session)
        done = busy = shut = 0
        for row in rows:
            before = row.sealed or b""
            if not self._opens(row):
                shut += 1
            elif not self._ring.is_current(before):
                about = _about(row.platform, row.tenant)
                after = self._ring.seal(self._ring.open(before, about), about)
                async with self._database.writing() as session:
                    is_done = await installations.reseal(session, row.id, before, after, self._now())
                done, busy = done + is_done, busy + (not is_done)
        return Resealed(len(rows), done, busy, shut)

    async def look(self) -> tuple[int, int, int]:
        """How many secrets there are, how many of them cannot be opened, and how many are sealed with an older key."""
        async with self._database.reading() as session:
            rows = await installations.all_sealed(session)
        shut = sum(not self._opens(row) for row in rows)
        old = sum(self._opens(row) and not self._ring.is_current(row.sealed or b"") for row in rows)
        return len(rows), shut, old

    def _opens(self, row: models.Installation) -> bool:
        try:
            return self._opened(row) is not None
        except SealError:
            return False

    async def _claim(self, platform: str, held: Installation) -> bytes | Installation | None:
        """The sealed bytes to renew from; none of them where somebody else is at it, or what that came to."""
        now = self._now()
        async with self._database.writing() as session:
            row = await installations.find(session, platform, held.tenant)
            if row is None or row.sealed is None:
                return None
            known = self._opened(row)
            if known != held:
                return known
            claimed = await installations.claim_renewal(session, platform, row.tenant, row.sealed, now, now + RENEWAL)
            return row.sealed if claimed else b""

    def _opened(self, row: models.Installation) -> Installation | None:
        if row.sealed is None:
            return None
        secret = self._ring.open(row.sealed, _about(row.platform, row.tenant))
        return Installation(row.tenant, secret, row.installed_at, row.expires_at)


def _about(platform: str, tenant: str) -> str:
    return f"{platform}:{tenant}"
