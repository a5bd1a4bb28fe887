"""The sizes that a Fargate task can have: which memory goes with which CPU."""

from __future__ import annotations

from itertools import pairwise

from opsctl.errors import UsageProblem

GIB = 1024

SIZES: dict[int, tuple[int, ...]] = {
    256: (512, GIB, 2 * GIB),
    512: tuple(range(GIB, 4 * GIB + 1, GIB)),
    1024: tuple(range(2 * GIB, 8 * GIB + 1, GIB)),
    2048: tuple(range(4 * GIB, 16 * GIB + 1, GIB)),
    4096: tuple(range(8 * GIB, 30 * GIB + 1, GIB)),
    8192: tuple(range(16 * GIB, 60 * GIB + 1, 4 * GIB)),
    16384: tuple(range(32 * GIB, 120 * GIB + 1, 8 * GIB)),
}
"""CPU units (1024 are a vCPU) → the memory in MiB that Fargate takes with them."""


def check(cpu: int, memory: int) -> None:
    """Raises UsageProblem, naming what would fit, for a pair that Fargate does not have.

    `cpu` in CPU units, `memory` in MiB, as the task definition has them.
    """
    if cpu not in SIZES:
        raise UsageProblem(
            f"Fargate has no tasks of {cpu} CPU units.",
            hint=f"--cpu takes {_listed(tuple(SIZES))} (1024 are a whole vCPU).",
        )
    if memory not in SIZES[cpu]:
        raise UsageProblem(
            f"Fargate has no tasks of {cpu} CPU units with {memory} MiB of memory.",
            hint=f"With --cpu {cpu}, --memory takes {_listed(SIZES[cpu])}."
            + _other_cpu(cpu, memory),
        )


def told(cpu: str | int, memory: str | int) -> str:
    """A size for human eyes: `0.25 vCPU, 512 MiB`; what is no number, as it is."""
    units, size = str(cpu), str(memory)
    if not (units.isdigit() and size.isdigit()):
        return f"cpu {units or '?'}, memory {size or '?'}"
    amount = f"{int(size) // GIB} GiB" if int(size) % GIB == 0 else f"{size} MiB"
    return f"{int(units) / 1024:g} vCPU, {amount}"


def _listed(values: tuple[int, ...]) -> str:
    steps = {after - before for before, after in pairwise(values)}
    if len(values) > 4 and len(steps) == 1:
        return f"{values[0]} to {values[-1]} in steps of {steps.pop()}"
    return f"{', '.join(map(str, values[:-1]))} or {values[-1]}"


def _other_cpu(cpu: int, memory: int) -> str:
    fitting = [each for each, sizes in SIZES.items() if memory in sizes]
    if not fitting:
        return ""
    nearest = min(fitting, key=lambda each: abs(each - cpu))
    return f" Or keep --memory {memory} with --cpu {nearest}."
