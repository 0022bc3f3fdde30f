"""Real processes on one database, killed at any moment, and a Discord and a Slack that fail: what is left is counted.

`python -m tests.crash --help` says how to run it.
"""
