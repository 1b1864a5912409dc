"""The figures of one process, as Prometheus reads them; docs/operating.md says what each means."""

from __future__ import annotations

import math
from collections import Counter as Counts
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from bot.workers.pulse import Depth

KINDS = ("installation", "method", "channel")
BOXES = ("inbox", "outbox")
ACK_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)  # Slack gives up after three
WRITE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
WRITE_SIZES = (1, 2, 5, 10, 25, 50, 100, 200)


class Metrics:
    """Told by hooks what happened, on any thread; kept in a registry of its own.

    ``unheard`` is for listeners to count payloads that leave no other trace, by reason.
    """

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.unheard: Counts[str] = Counts()
        registry.register(_Unheard(self.unheard))
        self._inputs = Counter(
            "threadkeeper_inputs",
            "Inputs worked, by kind and end.",
            ("kind", "end"),
            registry=registry,
        )
        self._acks = Histogram(
            "threadkeeper_ack_seconds",
            "From a payload of Slack's to our answer, by HTTP status.",
            ("status",),
            buckets=ACK_SECONDS,
            registry=registry,
        )
        self._calls = Counter(
            "threadkeeper_slack_calls",
            "Calls of Slack's Web API, by method and result.",
            ("method", "result"),
            registry=registry,
        )
        # Each label is looked up under a lock; these two are told with every ticket.
        self._ack, self._call = cache(self._acks.labels), cache(self._calls.labels)
        self._caught_up = Counter(
            "threadkeeper_caught_up",
            "Messages that only Slack's history told us of.",
            registry=registry,
        )
        self._add_writes(registry)
        self._add_boxes(registry)

    def _add_writes(self, registry: CollectorRegistry) -> None:
        self._write_seconds = Histogram(
            "threadkeeper_write_seconds",
            "A transaction from begin to commit: arrivals (acks wait for it) or steps.",
            ("what",),
            buckets=WRITE_SECONDS,
            registry=registry,
        )
        self._write_size = Histogram(
            "threadkeeper_write_size",
            "How many shared a transaction.",
            ("what",),
            buckets=WRITE_SIZES,
            registry=registry,
        )

    def _add_boxes(self, registry: CollectorRegistry) -> None:
        self._rows = Gauge(
            "threadkeeper_rows", "Rows waiting or failed.", ("box", "state"), registry=registry
        )
        self._oldest = Gauge(
            "threadkeeper_oldest_seconds",
            "For how long the oldest row waits that could be worked.",
            ("box",),
            registry=registry,
        )
        self._troubles = Gauge(
            "threadkeeper_troubles",
            "What people have to mend before all can be told: installation, method, channel.",
            ("kind",),
            registry=registry,
        )
        self._database_up = Gauge(
            "threadkeeper_database_up", "1 when the boxes could be read.", registry=registry
        )

    def ended(self, kind: str, end: str, count: int = 1) -> None:
        """``count`` Inputs of this kind came to this end."""
        self._inputs.labels(kind, end).inc(count)

    def acked(self, status: int, seconds: float) -> None:
        """A payload was answered; 503 asks Slack to bring it again."""
        self._ack(str(status)).observe(seconds)

    def called(self, method: str, result: str) -> None:
        """Slack was called; ``result`` is ok, Slack's code, or how the call got lost."""
        self._call(method, result).inc()

    def wrote(self, what: str, size: int, seconds: float) -> None:
        """The writer ended a transaction that ``size`` callers shared."""
        self._write_size.labels(what).observe(size)
        self._write_seconds.labels(what).observe(seconds)

    def caught_up(self, found: int) -> None:
        """Catch-up took in what was missed."""
        self._caught_up.inc(found)

    def depths(self, found: tuple[Depth, Depth] | None) -> None:
        """Inbox and outbox as they are now; None while the database does not tell."""
        self._database_up.set(0 if found is None else 1)
        for box, depth in zip(BOXES, found or (_UNKNOWN, _UNKNOWN), strict=True):
            self._rows.labels(box, "waiting").set(depth.waiting if found else math.nan)
            self._rows.labels(box, "failed").set(depth.failed if found else math.nan)
            self._oldest.labels(box).set(depth.seconds)

    def troubles(self, kinds: Iterable[str] | None) -> None:
        """The kind of each trouble that there is now; None while the database does not tell."""
        count = Counts(kinds)
        for kind in KINDS:
            self._troubles.labels(kind).set(math.nan if kinds is None else count[kind])

    def text(self) -> bytes:
        """All of it in Prometheus's own format."""
        return generate_latest(self._registry)


_UNKNOWN = Depth(0, math.nan, 0)


class _Unheard(Collector):
    """Reads what listeners count for themselves, when somebody asks."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[CounterMetricFamily]:
        family = CounterMetricFamily(
            "threadkeeper_unheard", "Payloads that became no Input, by reason.", labels=("reason",)
        )
        for reason, count in dict(self._counts).items():
            family.add_metric([reason], count)
        yield family
