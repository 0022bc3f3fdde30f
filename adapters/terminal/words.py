"""What only a keyboard has to say. All other wording is the quiz's own, in its cards."""

GREETING = "Type a key in [brackets] and press Enter, or a word such as practice, board or me."
KEYBOARD = "At this keyboard also: ? for help · back for the card before · as NAME for another player · quit"
FAREWELL = "Bye, until next time."
FIRST = "There is no card before this one."
NAMELESS = "Say who takes the keyboard, for example: as grace"
FORM = "Enter keeps a value · - empties it · . cancels · after the last: "
CANCELLED = "Left everything as it was."
NEEDED = "This one needs a value. A lone . leaves everything as it is."
PROMPT = "›"


def seated(name: str) -> str:
    """Somebody else sits down."""
    return f"{name} has the keyboard."


def no_key(key: str, keys: list[str]) -> str:
    """A key was pressed that the card does not have."""
    there = f"only {' '.join(keys)}" if keys else "for this card has none"
    return f"There is no key {key} here, {there}. Type ? for what you can say."


def no_choice(said: str, count: int) -> str:
    """A form was given something it does not offer."""
    return f"{said} is not on the list: type a number from 1 to {count}."
