"""The metrics screen: one screen at 80×24, more when there is room, a table in a pipe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ill import NOW, SINCE, WELL_NUMBERS, ago, numbers, series, steady

from opsctl.aws.metrics import Series
from opsctl.cli import metrics_screen
from opsctl.reports.metrics import Mark, Metrics
from opsctl.terminal import layout

FOUND = Metrics(
    SINCE,
    NOW,
    60,
    {**WELL_NUMBERS, "latency_p90": series("latency_p90", steady(0.1, 60), "s")},
    (Mark(ago(50), 6, "SUCCESSFUL"), Mark(ago(20), 7, "ROLLBACK_SUCCESSFUL")),
)


def shown(blocks: Any) -> list[str]:
    return list(layout.lines(blocks, colour=False))


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (60, 24), (200, 50), (120, 30)])
def test_it_fits_the_terminal(columns: int, lines: int) -> None:
    made = shown(metrics_screen.plotted(FOUND, columns, lines))
    assert max(map(len, made)) <= columns
    assert len(made) < lines


def test_every_plot_is_there_with_the_deployments() -> None:
    made = "\n".join(shown(metrics_screen.plotted(FOUND, 80, 24)))
    for title in ("latency", "requests", "errors", "CPU", "running tasks", "DynamoDB throttles"):
        assert title in made
    assert "│ 02:40:00  revision 7  ROLLBACK_SUCCESSFUL  and 1 before" in made


def test_a_tall_terminal_has_the_table_too() -> None:
    assert any("latency p90" in it for it in shown(metrics_screen.plotted(FOUND, 200, 50)))
    assert not any("latency p90" in it for it in shown(metrics_screen.plotted(FOUND, 80, 24)))


def test_the_table_tells_zero_from_no_data() -> None:
    absent = {**FOUND.series, "target_5xx": Series("target_5xx", "", known=False)}
    made = {line[2:15].strip(): line for line in shown(metrics_screen.listed(
        replace(FOUND, series=absent)))}  # fmt: skip
    assert made["balancer 5xx"].split()[2:] == ["0", "0", "0"]
    assert "no data: CloudWatch knows no such metric" in made["target 5xx"]
    assert made["requests"].split()[1:] == ["100", "100", "6000"]
    assert made["latency p90"].split()[2:] == ["100", "ms", "100", "ms"]


def test_what_aws_cut_short_or_did_not_allow_is_said() -> None:
    cut = {**FOUND.series, "cpu": replace(WELL_NUMBERS["cpu"], complete=False)}
    made = "\n".join(shown(metrics_screen.listed(
        replace(FOUND, series=cut, unknown=("deployments: no",)))))  # fmt: skip
    assert "incomplete" in made
    assert "not looked at: deployments: no" in made


def test_a_counter_is_at_zero_where_it_has_no_point_and_a_gap_is_not_drawn_through() -> None:
    spiky = replace(FOUND, series=numbers(target_5xx={30: 5}, latency_p99={40: 1, 39: 1, 5: 2}))
    counter = metrics_screen._runs(spiky, spiky.of("target_5xx"), True)
    assert [len(run) for run in counter] == [60]
    assert sum(value for _, value in counter[0]) == 5
    gappy = metrics_screen._runs(spiky, spiky.of("latency_p99"), False)
    assert [len(run) for run in gappy] == [2, 1]
