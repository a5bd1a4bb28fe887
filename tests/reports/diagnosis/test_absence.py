"""Numbers that are not there are told, by the question that they matter to."""

from __future__ import annotations

import pytest

from opsctl.aws.metrics import Series
from opsctl.reports.diagnosis import absence

UNKNOWN = {
    name: Series(name, "", known=False)
    for name in ("requests", "cpu", "read_throttles", "sign_ins")
}


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("all", ["load balancer metrics", "CPU and memory metrics", "DynamoDB metrics"]),
        ("errors", ["load balancer metrics", "CPU and memory metrics", "DynamoDB metrics"]),
        ("auth", ["sign-in metrics"]),
        ("throttling", ["DynamoDB metrics"]),
    ],
)
def test_what_cloudwatch_does_not_know_is_no_zero(kind: str, parts: list[str]) -> None:
    assert [it.partition(":")[0] for it in absence.told(UNKNOWN, kind)] == parts


def test_no_requests_are_no_proof_that_all_is_well() -> None:
    none = {"requests": Series("requests", "")}
    (told,) = absence.told(none, "latency")
    assert "nobody sent a request" in told
    assert list(absence.told(none, "auth")) == []


def test_what_aws_cut_short_is_named() -> None:
    cut = {"cpu": Series("cpu", "%", complete=False)}
    assert list(absence.told(cut, "all")) == ["metrics: CloudWatch gave only part of cpu"]
