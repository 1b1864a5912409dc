"""Figures for Prometheus: counted by hooks, kept apart from every other process and test."""

from __future__ import annotations

from bot.workers.pulse import Depth
from web.metrics import Metrics


def test_what_happened_is_counted_by_what_it_was() -> None:
    metrics = Metrics()
    metrics.ended("Said", "opened", 2)
    metrics.ended("Said", "ignored", 1)
    metrics.called("chat.postMessage", "ok")
    metrics.called("chat.postMessage", "ratelimited")
    metrics.acked(503, 2.0)
    metrics.wrote("arrivals", 7, 0.004)
    metrics.caught_up(3)
    metrics.unheard["stranger's"] += 1
    told = metrics.text().decode().splitlines()
    for line in (
        'threadkeeper_inputs_total{end="opened",kind="Said"} 2.0',
        'threadkeeper_inputs_total{end="ignored",kind="Said"} 1.0',
        'threadkeeper_slack_calls_total{method="chat.postMessage",result="ok"} 1.0',
        'threadkeeper_slack_calls_total{method="chat.postMessage",result="ratelimited"} 1.0',
        'threadkeeper_ack_seconds_count{status="503"} 1.0',
        'threadkeeper_ack_seconds_bucket{le="1.0",status="503"} 0.0',
        'threadkeeper_write_size_sum{what="arrivals"} 7.0',
        "threadkeeper_caught_up_total 3.0",
        'threadkeeper_unheard_total{reason="stranger\'s"} 1.0',
    ):
        assert line in told


def test_two_desks_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.caught_up(5)
    assert "threadkeeper_caught_up_total 0.0" in other.text().decode()


def test_while_the_database_is_away_no_old_figure_stands_for_it() -> None:
    metrics = Metrics()
    metrics.depths((Depth(4, 5.0, 0), Depth(1, 0.0, 0)))
    metrics.depths(None)
    told = metrics.text().decode()
    assert "threadkeeper_database_up 0.0" in told
    assert 'threadkeeper_rows{box="inbox",state="waiting"} NaN' in told
