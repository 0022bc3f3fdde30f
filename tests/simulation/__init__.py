"""Days of the sending machine on a virtual clock, hundreds a second: rivals that die anywhere, platforms that fail.

It runs the real rules, `bot.domain.sending`. What it mirrors is their surroundings: the order of steps in
`bot.delivery` and `bot.recovery`, what is next in `bot.store.postings`, and how Discord and Slack behave.
"""
