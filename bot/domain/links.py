"""Link codes: short to type, hard to guess, and good for a quarter of an hour.

There are 25^10 of them, more than 2^46. Where a thousand are good at a time and somebody tries a hundred a second for
as long as one lives, one in a million such attempts hits any; and a person's code is only good for whoever is in the
one workspace that is linked with theirs. So wrong codes are not counted.
"""

from datetime import timedelta
from hashlib import sha256

LIFE = timedelta(minutes=15)
LETTERS = (
    "34679ACDEFGHJKMNPQRTUVWXY"  # none that is taken for another: no 0 and O, 1 I and L, 2 and Z, 5 and S, 8 and B
)
LENGTH = 10
CODES = len(LETTERS) ** LENGTH
"""How many there are."""
OFF = "off"
"""What is said in place of a code by whoever wants to be linked no more."""


def spell(number: int) -> str:
    """The code of a number below `CODES`, as it is shown: `ACDEF-GHJKM`."""
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    half = LENGTH // 2
    return f"{''.join(letters[:half])}-{''.join(letters[half:])}"


def read_code(said: str) -> str | None:
    """A code in its one form, however it was typed; `None` where what was said is none."""
    code = "".join(letter for letter in said.upper() if letter.isalnum())
    return code if len(code) == LENGTH and set(code) <= {*LETTERS} else None


def digest(code: str) -> str:
    """What is kept of a code, in its one form."""
    return sha256(f"link code {code}".encode()).hexdigest()
