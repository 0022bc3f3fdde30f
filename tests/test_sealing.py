"""Secrets at rest: only the right key opens them, and only in their own place."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SealError
from bot.sealing import KEY_BYTES, KeyRing, new_key

OLD, NEW = (f"{name}:{base64.b64encode(name.encode() * KEY_BYTES).decode()}" for name in "ab")
RING = KeyRing.read(NEW)


@given(text=st.text(st.characters(exclude_categories=["Cs"])), about=st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_comes_back(text: str, about: str) -> None:
    sealed = RING.seal(text, about)
    assert RING.open(sealed, about) == text
    assert text.encode() not in sealed or len(text) < 8
    assert RING.seal(text, about) != sealed


def test_a_secret_moved_to_another_row_stays_shut() -> None:
    with pytest.raises(SealError, match="not its own row"):
        RING.open(RING.seal("xoxb-1", "slack:T1"), "slack:T2")


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_no_bit_of_it_can_be_changed(place: int) -> None:
    sealed = bytearray(RING.seal("xoxb-1-a-token-of-a-workspace", "slack:T1"))
    sealed[place] ^= 1
    with pytest.raises(SealError):
        RING.open(bytes(sealed), "slack:T1")


@pytest.mark.parametrize(
    "sealed", [b"", b"\x01", b"\x01\x08short", b"gAAAAABmFernet", b"\x02" + b"x" * 60, b"\x01\xff"]
)
def test_what_was_never_sealed_is_said_not_to_be(sealed: bytes) -> None:
    with pytest.raises(SealError):
        RING.open(sealed, "slack:T1")


def test_the_newest_key_seals_and_the_older_ones_open() -> None:
    before = KeyRing.read(OLD).seal("xoxb-1", "slack:T1")
    both = KeyRing.read(f"{NEW}, {OLD}")
    assert both.open(before, "slack:T1") == "xoxb-1"
    assert not both.is_current(before)
    assert both.is_current(both.seal("xoxb-1", "slack:T1"))
    with pytest.raises(SealError, match="which SECRET_KEYS does not have"):
        RING.open(before, "slack:T1")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "key 1 needs a name"),
        (NEW.partition(":")[2], "key 1 needs a name"),
        (f"{NEW},", "key 2 needs a name"),
        (f"{NEW},{NEW}", "key 2 needs a name of its own"),
        (f"Übung:{NEW.partition(':')[2]}", "key 1 needs a name"),
        ("a:c2hvcnQ=", "the key 'a' is no 32 bytes"),
        ("a:not base64 at all!", "the key 'a' is no 32 bytes"),
        ("a:", "the key 'a' is no 32 bytes"),
    ],
)
def test_a_ring_that_cannot_be_read_is_told_why_and_never_shown(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        KeyRing.read(text)
    assert NEW.partition(":")[2] not in str(caught.value)
    assert "base64 at all" not in str(caught.value)


def test_a_new_key_is_a_ring_of_its_own() -> None:
    first, second = new_key(), new_key()
    assert first != second
    ring = KeyRing.read(f"{first},{second}")
    assert ring.open(ring.seal("xoxb-1", "slack:T1"), "slack:T1") == "xoxb-1"
