"""Secrets at rest: sealed with AES-256-GCM, each bound to what it belongs to, by a ring of keys from the environment.

Bound means that a sealed text moved to another row cannot be opened there: whoever can write to the database cannot
make one workspace speak with the token of another. Source: NIST SP 800-38D; the nonce is random, so one key is good
for some 2**32 sealings.
"""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Mapping

from bot.errors import SealError

KEY_BYTES, NONCE_BYTES = 32, 12
_VERSION = b"\x01"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


class KeyRing:
    """Keys by name. The first one seals; all of them open, so that an old one is kept until nothing needs it."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """At least one key of `KEY_BYTES` bytes each."""
        # Its six megabytes are for those who have something to seal.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        self._current = next(iter(keys))
        self._keys = {name: AESGCM(key) for name, key in keys.items()}

    @classmethod
    def read(cls, text: str) -> "KeyRing":
        """A ring written as `name:key,name:key`, the newest first. Raises `ValueError`, which never shows a key."""
        keys: dict[str, bytes] = {}
        for number, part in enumerate(text.split(","), start=1):
            name, _, written = part.strip().partition(":")
            if not _NAME.fullmatch(name) or name in keys:
                raise ValueError(f"key {number} needs a name of its own: letters a to z, digits, hyphens, then a colon")
            keys[name] = _key(written, name)
        return cls(keys)

    def seal(self, text: str, about: str) -> bytes:
        """A text that only this ring can open, and only as what is `about` the same."""
        nonce, head = os.urandom(NONCE_BYTES), _head(self._current)
        return head + nonce + self._keys[self._current].encrypt(nonce, text.encode(), _bound(head, about))

    def open(self, sealed: bytes, about: str) -> str:
        """The text. Raises `SealError` where the key is not on the ring, or the seal is broken or about another."""
        name, head = _name_of(sealed), sealed[: 2 + (sealed[1] if len(sealed) > 1 else 0)]
        key = self._keys.get(name)
        if key is None:
            raise SealError(f"it is sealed with the key {name!r}, which SECRET_KEYS does not have")
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # it is loaded by now

        nonce, rest = sealed[len(head) :][:NONCE_BYTES], sealed[len(head) + NONCE_BYTES :]
        try:
            return key.decrypt(nonce, rest, _bound(head, about)).decode()
        except (InvalidTag, ValueError):
            raise SealError(
                f"the key {name!r} does not open it: another key of that name, or not its own row"
            ) from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether it is sealed with the newest key."""
        return _name_of(sealed) == self._current


def new_key() -> str:
    """A new key with a name that sorts by nothing and repeats by no chance, ready to be put first on a ring."""
    return f"{secrets.token_hex(4)}:{base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()}"


def _key(written: str, name: str) -> bytes:
    try:
        key = base64.b64decode(written.strip(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(
            f"the key {name!r} is no {KEY_BYTES} bytes in base64; make one with: python -m bot secrets new"
        )
    return key


def _head(name: str) -> bytes:
    written = name.encode()
    return _VERSION + bytes([len(written)]) + written


def _name_of(sealed: bytes) -> str:
    if sealed[:1] != _VERSION or len(sealed) < 2 or len(sealed) < 2 + sealed[1] + NONCE_BYTES:
        raise SealError("it is not sealed by any release of the quiz")
    return sealed[2 : 2 + sealed[1]].decode(errors="replace")


def _bound(head: bytes, about: str) -> bytes:
    return head + about.encode()
