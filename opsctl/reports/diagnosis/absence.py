"""Absence: numbers that are not there, which is not the same as zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from opsctl.aws.metrics import Series

WORKS = frozenset({"all", "errors", "latency"})
EVERY = WORKS | {"auth", "throttling"}
WRONG = "CloudWatch knows none under the dimensions of what opsctl.toml names"

WANTED: tuple[tuple[str, str, frozenset[str], str], ...] = (
    ("load balancer metrics", "requests", WORKS, WRONG),
    ("CPU and memory metrics", "cpu", WORKS, WRONG),
    ("DynamoDB metrics", "read_throttles", EVERY - {"auth"}, WRONG),
    # ListMetrics forgets after two weeks, and a small service may well have none for so long.
    ("sign-in metrics", "sign_ins", frozenset({"auth"}), "Cognito counted none in two weeks"),
)
"""What it is called, the series that stands for it, the questions it matters to, and why."""


def told(numbers: Mapping[str, Series], kind: str) -> Iterator[str]:
    """What was asked of CloudWatch for a question and is not there, each with the reason."""
    requests = numbers.get("requests")
    if kind in WORKS and requests and requests.known and not requests.points:
        yield "errors and latency: nobody sent a request, so that neither could show"
    for what, name, kinds, why in WANTED:
        if kind in kinds and name in numbers and not numbers[name].known:
            yield f"{what}: {why}"
    if cut := [name for name, it in numbers.items() if not it.complete]:
        yield f"metrics: CloudWatch gave only part of {', '.join(cut)}"
