"""What is counted and timed while the bot runs. One object for one process, handed to whoever has something to count.

Labels say which platform, which kind, which outcome: never which workspace or who, of which there may be any number.
"""

from functools import cache
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.metrics import MetricWrapperBase

PREFIX = "sqla_quiz"
_LATENESS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 600, 3600)  # seconds; a tick is 15, a busy hour at one platform 240
_ANSWERING = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 1.5, 3)  # seconds; platforms wait three

disable_created_metrics()  # type: ignore[no-untyped-call]  # it would write down as much again, for nobody

_Measure = TypeVar("_Measure", bound=MetricWrapperBase)


class Metrics:
    """Counters, histograms and gauges in a registry of their own."""

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self.registry = registry = CollectorRegistry()

        def counter(name: str, of: str, *labels: str) -> Counter:
            return Counter(name, of, labels, namespace=PREFIX, registry=registry)

        def histogram(name: str, of: str, *labels: str, buckets: tuple[float, ...]) -> Histogram:
            return Histogram(name, of, labels, namespace=PREFIX, registry=registry, buckets=buckets)

        self._posts = counter("posts", "Calls that sent or edited something.", "platform", "kind", "result")
        self._delay = histogram(
            "post_delay_seconds", "From when something was due to when it stood.", "platform", "kind", buckets=_LATENESS
        )
        self._looked = counter("looked_into", "Postings in doubt, by what was found.", "platform", "outcome")
        self._copies = counter("copies", "Messages that stood twice, and were removed.", "platform")
        self._answers = counter("answers", "Answers to questions, by what became of them.", "platform", "outcome")
        self._replies = histogram(
            "reply_seconds", "From a command to its reply, committed.", "platform", "of", buckets=_ANSWERING
        )
        self._failures = counter("failures", "Commands that broke, each with a code in the log.", "platform")
        self._ticks = counter("ticks", "Ticks of the clock.", "duty")
        self._skipped = counter("ticks_skipped", "Ticks that found the one before at work.", "duty")
        self._lag = Gauge("tick_lag_seconds", "How late the last tick was.", ["duty"], PREFIX, registry=registry)
        self._of = cache(_child)  # a label lookup takes as long as the counting itself

    def sent(self, platform: str, kind: str, result: str, delay: float) -> None:
        """A call for a posting came to `result`, so many seconds after it was due."""
        self._of(self._posts, platform, kind, result).inc()
        if result == "posted":
            self._of(self._delay, platform, kind).observe(max(0.0, delay))

    def looked_into(self, platform: str, outcome: str) -> None:
        """A posting in doubt was looked for."""
        self._of(self._looked, platform, outcome).inc()

    def removed(self, platform: str, copies: int) -> None:
        """Messages stood more than once, and do so no more."""
        self._of(self._copies, platform).inc(copies)

    def answered(self, platform: str, outcome: str) -> None:
        """Somebody answered a question."""
        self._of(self._answers, platform, outcome).inc()

    def replied(self, platform: str, of: str, seconds: float) -> None:
        """A command of a sort got its reply."""
        self._of(self._replies, platform, of).observe(seconds)

    def failed(self, platform: str) -> None:
        """A command broke."""
        self._of(self._failures, platform).inc()

    def ticked(self, duty: str, lag: float, *, busy: bool) -> None:
        """The clock ticked, so many seconds late, and found its duty busy or not."""
        self._of(self._ticks, duty).inc()
        self._of(self._lag, duty).set(lag)
        if busy:
            self._of(self._skipped, duty).inc()


def _child(measure: _Measure, *labels: str) -> _Measure:
    return measure.labels(*labels)
