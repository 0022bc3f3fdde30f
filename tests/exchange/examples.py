"""Questions of every kind for exports: the real bank's, one of each kind as large as it may be, and hostile ones."""

from dataclasses import replace
from functools import cache

from hypothesis import strategies as st

from bot.bank import CONTENT
from bot.bank.checking import read_all
from bot.bank.folder import releases, topics
from bot.cards.model import spans
from bot.domain.question import (
    CODE,
    EXPLANATION,
    LETTERS,
    OPTION,
    OUTPUT,
    POINT,
    REASON,
    SQL,
    STEM,
    TWIN,
    Kind,
    Option,
    Question,
    Step,
)
from bot.exchange.markdown import JOINER
from bot.exchange.parcel import Shelf

CHANGED = 1_790_000_000


@cache
def bank(version: str) -> tuple[Question, ...]:
    """Every question of the shipped bank that can be read and holds on a version."""
    sources, _ = read_all(CONTENT)
    return tuple(
        source.question(version, releases(CONTENT)[version]) for source in sources if version in source.front.versions
    )


def shelf(*questions: Question) -> Shelf:
    """Questions as an export takes them."""
    return Shelf(questions, topics(CONTENT), CHANGED)


def _long(length: int) -> str:
    words = "the session flushes `session.new` and **what** is *dirty* before it runs "
    return (words * (length // len(words) + 1))[: length - 1] + "."


def _code(length: int) -> str:
    line = 's.add(User(name="<sandy> & `co`"))  # ``` {=*not*~} @everyone\n'
    return (line * (length // len(line) + 1))[: length - 1] + "x"


def large(kind: Kind) -> Question:
    """A question of a kind, with something in every part and as much as the part may hold."""
    letters = "ABCDE"
    said = {
        Kind.BUG: [f"line {n}: `s.add(User(name={n}))`" for n in range(1, 6)],
        Kind.COUNT: [str(n) for n in range(5)],
        Kind.OUTPUT: [f"`[{n}, 'sandy']`" for n in range(5)],
    }.get(kind, [f"{n} {_long((POINT if kind is Kind.OPEN else OPTION) - 2)}" for n in range(5)])
    return Question(
        slug="sess-9999",
        revision="0123456789ab",
        kind=kind,
        level=4,
        topics=("transactions", "persistence", "versioning"),
        version="2.1",
        release="2.1.99",
        stem=_long(STEM),
        code=_code(CODE),
        output=_code(OUTPUT),
        sql=_code(SQL),
        options=tuple(Option(letter, text, _long(REASON)) for letter, text in zip(letters, said, strict=True)),
        key={Kind.SEVERAL: "ABD", Kind.ORDER: "EDCBA", Kind.OPEN: letters}.get(kind, "B"),
        explanation=f"{_long(EXPLANATION // 2)}\n\n{_long(EXPLANATION // 2)}",
        docs=tuple(f"https://docs.sqlalchemy.org/en/21/orm/session_basics.html#anchor-{n}" for n in range(2)),
        trace=(Step(("INSERT user_account",), "sandy", "persistent"), Step(("COMMIT",))),
        hint="Think of *what* the `flush()` sends: {1} = ~1.",
        twin=_code(TWIN),
        fix="s.flush()" if kind is Kind.BUG else "",
        elsewhere=() if kind is Kind.OPEN else (("2.0", {Kind.SEVERAL: "AC", Kind.ORDER: "ABCDE"}.get(kind, "A")),),
    )


LARGEST = tuple(replace(large(kind), slug=f"sess-{n:04}") for n, kind in enumerate(Kind, 9000))
"""One question of each kind with as much in every part as there may be."""

# What some format gives a meaning to, and what keeps them apart.
_HOSTILE = [
    "~",
    "=",
    "#",
    "{",
    "}",
    ":",
    "\\",
    '"',
    "'",
    "`",
    "*",
    "_",
    "[",
    "]",
    "<",
    ">",
    "&",
    "%",
    "|",
    "-",
    "+",
    ".",
    "!",
]
_WORDS = [
    "a",
    "1",
    " ",
    "x y",
    "n",
    "\\n",
    "->",
    "::",
    "####",
    "//",
    "%50%",
    "[html]",
    "&amp;",
    "<b>",
    '"""',
    "```",
    "**",
    "é",
    "🙂",
    "\u2028",
]
_RAW = st.lists(
    max_size=8,
    elements=st.sampled_from(_HOSTILE + _WORDS)
    | st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters=JOINER),
    min_size=1,
)


def _one_line(parts: list[str]) -> str:
    """A text as the bank's reader leaves one: its gaps are single."""
    return " ".join("".join(parts).split())


texts = _RAW.map(_one_line).filter(lambda text: text and spans(text))
"""One line of inline Markdown with everything in it that means something somewhere."""

programs = st.lists(
    st.sampled_from(["x = 1", "", "    y", 'print("""a""")', "```", "~~~", "// no", "{=a ~b}", "# c", "\\", "<pre>"]),
    min_size=1,
).map(lambda lines: "\n".join(["s = 0", *lines, "end"]))
"""Programs with lines that would end a block of code somewhere."""


@st.composite
def hostile(draw: st.DrawFn) -> Question:
    """A question of any kind whose every text is hostile."""
    kind = draw(st.sampled_from(list(Kind)))
    count = draw(st.integers(3, 5))
    said = draw(st.lists(texts, min_size=count, max_size=count, unique_by=spans))
    letters = LETTERS[:count]
    match kind:
        case Kind.ORDER:
            key = "".join(draw(st.permutations(letters).filter(lambda order: list(order) != sorted(order))))
        case Kind.SEVERAL:
            key = "".join(sorted(draw(st.sets(st.sampled_from(letters), min_size=2, max_size=count - 1))))
        case Kind.OPEN:
            key = letters
        case _:
            key = draw(st.sampled_from(letters))
    return replace(
        large(kind),
        slug="sess-9999",
        stem=draw(texts),
        code=draw(programs),
        output=draw(programs),
        options=tuple(Option(letter, text, draw(texts)) for letter, text in zip(letters, said, strict=True)),
        key=key,
        explanation=draw(st.lists(texts, min_size=1, max_size=2).map("\n\n".join)),
        hint=draw(texts),
        fix="x = 2" if kind is Kind.BUG else "",
    )
