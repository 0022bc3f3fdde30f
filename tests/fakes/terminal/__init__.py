"""A keyboard and a screen for tests, with the real adapter between them."""

from tests.fakes.terminal.door import RecordingDoor
from tests.fakes.terminal.stage import TerminalStage
from tests.fakes.terminal.typist import Typist

__all__ = ["RecordingDoor", "TerminalStage", "Typist"]
