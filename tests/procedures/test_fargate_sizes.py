"""Fargate's sizes: the pairs there are, and what is said of the others."""

from __future__ import annotations

import pytest

from opsctl.errors import UsageProblem
from opsctl.procedures import fargate_sizes


@pytest.mark.parametrize(
    ("cpu", "memory"),
    [(256, 512), (256, 2048), (512, 4096), (1024, 2048), (4096, 30720), (8192, 61440)],
)
def test_a_pair_that_fargate_has_is_taken(cpu: int, memory: int) -> None:
    fargate_sizes.check(cpu, memory)
    with pytest.raises(UsageProblem):
        fargate_sizes.check(cpu, memory + 1)


@pytest.mark.parametrize(
    ("cpu", "memory"),
    [(256, 4096), (256, 513), (1024, 1024), (4096, 31744), (8192, 17408), (16384, 36864)],
)
def test_memory_that_does_not_go_with_the_cpu_is_refused(cpu: int, memory: int) -> None:
    with pytest.raises(UsageProblem) as refused:
        fargate_sizes.check(cpu, memory)
    assert str(memory) in refused.value.message
    assert f"With --cpu {cpu}, --memory takes" in refused.value.hint


@pytest.mark.parametrize("cpu", [0, -256, 1, 300, 32768])
def test_a_cpu_that_fargate_does_not_have_is_refused_with_those_it_has(cpu: int) -> None:
    with pytest.raises(UsageProblem) as refused:
        fargate_sizes.check(cpu, 512)
    assert "256 to" in refused.value.hint or "256, 512" in refused.value.hint


def test_the_hint_names_the_nearest_cpu_that_has_this_memory() -> None:
    with pytest.raises(UsageProblem) as refused:
        fargate_sizes.check(256, 4096)
    assert "Or keep --memory 4096 with --cpu 512." in refused.value.hint


def test_no_cpu_is_offered_for_memory_that_none_has() -> None:
    with pytest.raises(UsageProblem) as refused:
        fargate_sizes.check(256, 777)
    assert "Or keep" not in refused.value.hint


def test_a_size_is_told_in_words() -> None:
    assert fargate_sizes.told(256, 512) == "0.25 vCPU, 512 MiB"
    assert fargate_sizes.told("2048", "4096") == "2 vCPU, 4 GiB"
    assert fargate_sizes.told("", "512") == "cpu ?, memory 512"
