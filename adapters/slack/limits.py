"""What Slack accepts in one message or modal: https://docs.slack.dev/reference/block-kit."""

BLOCKS = 50
HEADER = 150
TEXT = 3000  # of a section; nothing is documented for a rich text element, so it gets the same
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
BUTTON = 75
MODAL_TITLE = 24
INPUT_LABEL = 2000
HINT = 2000
SELECT_OPTIONS = 100
OPTION_TEXT = 75
FILE_PAGE = 5000  # characters of a file: its JSON in a message's may take twice as many, and other blocks need room
TABLE = 9000  # characters of its JSON: undocumented, a message of about 12,000 is refused as too long
