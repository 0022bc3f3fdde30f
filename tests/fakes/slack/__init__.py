"""A Slack on this machine: its HTTP methods, its Socket Mode and its strictness, for the real library to talk to."""
