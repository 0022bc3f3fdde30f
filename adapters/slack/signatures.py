"""What Slack has signed, told from everything else: https://docs.slack.dev/authentication/verifying-requests-from-slack."""

import hmac
import re
from collections.abc import Callable, Mapping
from enum import Enum, auto

from pydantic import SecretStr

FRESH_FOR = 300  # seconds; what is as old as that, or as far ahead, is no longer taken
REMEMBERED = 100_000  # signatures: those of five minutes at 333 requests a second

_STAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class Verdict(Enum):
    """What a request is."""

    GENUINE = auto()
    REPEATED = auto()
    """Genuine, and it was here before."""
    UNSIGNED = auto()
    MALFORMED = auto()
    """There is no telling what its signature or its time is meant to be."""
    STALE = auto()
    FORGED = auto()


class Signatures:
    """Knows the secret, and the signatures of the last minutes. They are this process's own: what must not happen twice
    however often it is asked for is kept from it by keys of the database.
    """

    def __init__(self, secret: SecretStr, now: Callable[[], float]) -> None:
        """`now` is in seconds since 1970."""
        self._secret = secret.get_secret_value().encode()
        self._now = now
        self._seen: dict[str, int] = {}

    def judge(self, headers: Mapping[str, str], body: bytes) -> Verdict:
        """What this request is; a genuine one is remembered."""
        stamps, signatures = said(headers, "x-slack-request-timestamp"), said(headers, "x-slack-signature")
        if not stamps or not signatures:
            return Verdict.UNSIGNED
        if len(stamps) > 1 or len(signatures) > 1:
            return Verdict.MALFORMED
        stamp, signature = stamps[0], signatures[0]
        if not _STAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            return Verdict.MALFORMED
        if abs(self._now() - int(stamp)) >= FRESH_FOR:
            return Verdict.STALE
        if not hmac.compare_digest(self._sign(stamp, body), signature):
            return Verdict.FORGED
        return Verdict.REPEATED if self._was_here(signature, int(stamp)) else Verdict.GENUINE

    def _sign(self, stamp: str, body: bytes) -> str:
        return f"v0={hmac.digest(self._secret, b'v0:%b:%b' % (stamp.encode(), body), 'sha256').hex()}"

    def _was_here(self, signature: str, stamp: int) -> bool:
        if signature in self._seen:
            return True
        self._forget()
        self._seen[signature] = stamp
        return False

    def _forget(self) -> None:
        """Those that came first, as long as they are stale or there are too many."""
        stale = self._now() - FRESH_FOR
        while self._seen:
            first = next(iter(self._seen))
            if self._seen[first] > stale and len(self._seen) < REMEMBERED:
                return
            del self._seen[first]


def said(headers: Mapping[str, str], name: str) -> list[str]:
    """Every value of a header, whose `name` is in small letters here and may be in any there."""
    return [value for given, value in headers.items() if given.lower() == name]
