"""Failures with an audience. Expected outcomes are values, not errors; anything not named here is a defect."""


class SettingsError(Exception):
    """A wrong value in the environment. `variable` is its name; the text never repeats a secret."""

    def __init__(self, variable: str, why: str) -> None:
        super().__init__(f"{variable}: {why}")
        self.variable = variable
        self.why = why


class NothingToRunError(Exception):
    """No platform has its variables set. The text says which there are."""


class UnreachableError(Exception):
    """A platform or a database that does not answer. The text says which; starting again later may help."""


class BackupError(Exception):
    """A backup that cannot be made, trusted or put back. The text says why, and what helps."""


class CopyError(Exception):
    """A house that cannot be copied to another database. The text says why, and what helps."""


class ContentError(Exception):
    """A question file that cannot be read as one: where, and how to mend it."""

    def __init__(self, file: str, line: int, why: str) -> None:
        super().__init__(f"{file}:{line}: {why}")
        self.file = file
        self.line = line
        self.why = why


class SealError(Exception):
    """A sealed secret cannot be opened. Says why and shows nothing of it."""
