"""Text that can do nothing to a terminal but be read."""

_LINE_ENDS = "\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_TURNS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))  # would reorder what follows them on the line
_SURROGATES = range(0xD800, 0xE000)  # cannot be written as UTF-8

_UNWANTED: dict[int, str | None] = dict.fromkeys((*_CONTROLS, *_TURNS, *_SURROGATES))
_ON_ONE_LINE = _UNWANTED | dict.fromkeys(map(ord, _LINE_ENDS), " ")
_VERBATIM = _UNWANTED | {ord("\n"): "\n"}


def line(text: str) -> str:
    """The text on one line, without control characters and without what changes the direction of writing."""
    return text.translate(_ON_ONE_LINE)


def program(source: str) -> str:
    """The same for a program: its lines and its indentation stay."""
    return source.expandtabs(4).translate(_VERBATIM)
