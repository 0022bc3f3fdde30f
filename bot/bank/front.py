"""The front matter of a question file: TOML between two lines of `+++`."""

import re
import tomllib
from collections.abc import Collection
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.bank.docs import address
from bot.domain.question import Kind

FENCE = "+++"

Version = Annotated[str, Field(pattern=r"^\d\.\d+$")]


class FormatError(Exception):
    """What is wrong with a file and on which line, said before the file's name is known."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


class Front(BaseModel):
    """What is known about a question without reading it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z]+-\d{4}$")]
    kind: Kind
    level: Annotated[int, Field(ge=1, le=4, strict=True)]
    topics: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]
    docs: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]
    seed: tuple[Annotated[int, Field(ge=1)], ...] = ()
    related: tuple[str, ...] = ()
    counts: str = ""
    goal: str = ""
    trace: tuple[str, ...] = ()
    reviewed_by: Literal["", "second reading"] = ""

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> Self:
        for name, kind in (("counts", Kind.COUNT), ("goal", Kind.BUG)):
            if bool(getattr(self, name)) != (self.kind is kind):
                raise ValueError(f"`{name}` belongs to a question of kind {kind}, and such a question needs it")
        return self

    @field_validator("docs")
    @classmethod
    def _are_anchors(cls, anchors: tuple[str, ...]) -> tuple[str, ...]:
        for anchor in anchors:
            address(anchor, "2.1")
        return anchors

    @classmethod
    def read(cls, lines: list[str], known: Collection[str]) -> Self:
        """The front matter of a file given by its lines. Raises `FormatError`; `known` are the topics there are."""
        toml = lines[1 : height(lines) - 1]
        try:
            said = tomllib.loads("\n".join(toml))
        except (ValueError, RecursionError) as error:  # besides what is no TOML: a number of 5,000 digits, or as many [
            at = re.search(r"at line (\d+)", str(error))
            raise FormatError(1 + int(at[1]) if at else 2, f"the front matter is not TOML: {error}") from None
        try:
            front = cls.model_validate(said)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = str(first["loc"][0]) if first["loc"] else "kind"
            raise FormatError(line_of(lines, name), f"{name}: {first['msg'].removeprefix('Value error, ')}") from None
        if strange := [slug for slug in front.topics if slug not in known]:
            raise FormatError(
                line_of(lines, "topics"), f"no topic {strange[0]!r}: topics.toml lists {', '.join(known)}"
            )
        return front


def height(lines: list[str]) -> int:
    """How many lines the front matter takes, its fences included. Raises `FormatError` where there is none."""
    if not lines or lines[0].rstrip() != FENCE:
        raise FormatError(1, f"the file must begin with a line {FENCE}, then TOML, then {FENCE} again")
    end = next((number for number, line in enumerate(lines[1:], 2) if line.rstrip() == FENCE), None)
    if end is None:
        raise FormatError(1, f"the front matter has no end: close it with a line {FENCE}")
    return end


def line_of(lines: list[str], name: str) -> int:
    """The line of a field, or of the opening fence where the field is missing."""
    return next((number for number, line in enumerate(lines, 1) if re.match(rf"{name}\s*=", line)), 1)
