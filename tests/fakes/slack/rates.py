"""How often Slack lets itself be called: https://docs.slack.dev/apis/web-api/rate-limits."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable
from math import ceil

TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100  # calls a minute, of one workspace
MESSAGES = 300  # a minute in one workspace; Slack says "several hundred"
_NOTHING = 1e-3  # of a second
TIERS = {
    "apps.connections.open": TIER_1,
    "auth.test": 600,  # Slack says "several hundred requests a minute"
    "chat.delete": TIER_3,
    "chat.deleteScheduledMessage": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.postMessage": MESSAGES,
    "chat.scheduleMessage": TIER_3,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "users.info": TIER_4,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}


class Rates:
    """What was called lately. Nothing is refused unless `enforced`, but whom Slack told to wait has to wait always."""

    def __init__(self, clock: Callable[[], float], breach: Callable[[str], None]) -> None:
        self.enforced = False
        self.refused: Counter[str] = Counter()
        self._clock = clock
        self._breach = breach
        self._lately: defaultdict[tuple[str, ...], deque[float]] = defaultdict(deque)
        self._told: dict[tuple[str, str], float] = {}

    def tell(self, team: str, method: str, seconds: float) -> None:
        """A bot was told to leave a method alone for so long in a workspace."""
        self._told[team, method] = self._clock() + seconds

    def wait(self, team: str, method: str, channel: str) -> int | None:
        """How many seconds a call comes too early; `None` where it comes in time, and then it counts."""
        now = self._clock()
        if (early := self._told.get((team, method), now) - now) > _NOTHING:
            self._breach(f"{method}: called {early:.1f} s before Retry-After was over")
        limits: list[tuple[tuple[str, ...], int, float]] = [((team, method), TIERS.get(method, TIER_2), 60.0)]
        if method == "chat.postMessage":
            limits.append(((team, method, channel), 1, 1.0))
        if not self.enforced:
            return None
        late = max(self._free(now, *limit) for limit in limits) - now
        if late > _NOTHING:
            self.refused[method] += 1
            self.tell(team, method, ceil(late))
            return ceil(late)
        for key, _, _ in limits:
            self._lately[key].append(now)
        return None

    def _free(self, now: float, key: tuple[str, ...], most: int, within: float) -> float:
        """When there is room for one more call."""
        lately = self._lately[key]
        while lately and lately[0] <= now - within:
            lately.popleft()
        return lately[-most] + within if len(lately) >= most else now
