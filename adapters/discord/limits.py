"""What Discord allows, from https://docs.discord.com/developers: one number, one name, one page."""

# components/reference#component-reference
COMPONENTS = 40  # of a message, nested ones included
TEXT = 4_000  # characters of all text displays of a message together
ROW = 5  # buttons in an action row
LABEL = 80  # characters of a button's label

# components/reference#label, #text-input and #string-select
MODAL_TITLE = 45
FIELD_LABEL = 45
FIELD_HINT = 100
FIELD_VALUE = 4_000
OPTIONS = 25  # of a select
PLACEHOLDER = 150  # characters of what a select says before a choice
OPTION = 100  # characters of an option's label

# interactions/application-commands#application-command-object
CHOICES = 25  # fixed ones as well as completions
CHOICE = 100  # characters of a choice's name and of its value

# resources/message#create-message
NONCE = 25

# resources/channel#start-thread-from-message
THREAD = 100  # characters of a thread's name

# interactions/receiving-and-responding: 3 s for the first word of an answer; what is left is for the way there
PATIENCE = 1.5

# topics/rate-limits#global-rate-limit: 50 a second. The rest is left to the way there: it may be 90 ms shorter for the
# last of fifty-one than for the first before one is refused, which discord.py then makes again.
REQUESTS_A_SECOND = 44.0
BURST = 3
AT_ONCE = 20  # posts under way: more would only wait in line, for longer than half a second

# events/gateway#rate-limiting: seconds between two sessions begun by shards of one bucket
BETWEEN_STARTS = 5.0
