"""What scaling the service rests on: its count, its bounds, and the steps that move them."""

from __future__ import annotations

from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.autoscaling import Autoscaling, Bounds
from opsctl.aws.ecs import Ecs
from opsctl.plan import Danger, Do, Refusal, Step, Wait, call


@dataclass(frozen=True)
class Facts:
    """What is wanted of the service now; `bounds` is None without autoscaling."""

    cluster: str
    service: str
    desired: int
    bounds: Bounds | None
    most: int
    """`max_tasks` of the target."""


def read(aws: Aws) -> Facts:
    """Reads the desired count and the bounds."""
    target = aws.target
    service, bounds = aws.at_once(
        lambda: aws.ecs.service(target.cluster, target.service),
        lambda: aws.autoscaling.bounds(target.cluster, target.service),
    )
    return Facts(service.cluster, service.name, service.desired, bounds, target.max_tasks)


def clamped(count: int, bounds: Bounds) -> int:
    """The count that AWS moves to when the bounds are set."""
    return min(max(count, bounds.minimum), bounds.maximum)


def set_bounds(facts: Facts, old: Bounds, new: Bounds) -> Do:
    """The bounds, with an undo that also restores the count, which AWS moves into them."""
    undo: list[Step] = [_bounds_step(facts, f"Set the bounds back to {span(old)}", old, new)]
    count = clamped(facts.desired, new)
    if count != facts.desired:
        undo.append(_count_step(facts, back_to(facts), facts.desired, count))
    title = f"Set the bounds of autoscaling to {span(new)}"
    return _bounds_step(facts, title, new, old, tuple(undo))


def set_count(facts: Facts, wanted: int) -> Do:
    """The desired count, with its undo."""
    back = _count_step(facts, back_to(facts), facts.desired, wanted)
    return _count_step(facts, f"Set the desired count to {wanted}", wanted, facts.desired, (back,))


def settle(facts: Facts, wanted: int, env: str, timeout: float) -> Wait:
    """Waits until just so many tasks run."""
    return Wait(
        "Wait until all of them run" if wanted else "Wait until none runs any more",
        call(Ecs.settled, facts.cluster, facts.service, wanted),
        timeout=timeout,
        pick_up=f"opsctl status --env {env}",
    )


def span(bounds: Bounds) -> str:
    """`2–6`."""
    return f"{bounds.minimum}–{bounds.maximum}"


def back_to(facts: Facts) -> str:
    """The title of the step that restores the count."""
    return f"Set the desired count back to {facts.desired}"


def danger(count: int, *, fewer: bool) -> Danger:
    """Zero tasks is an outage; fewer is felt by users; more is harmless."""
    if count == 0:
        return Danger.SEVERE
    return Danger.MODERATE if fewer else Danger.MILD


def too_many(count: int, facts: Facts) -> tuple[Refusal, ...]:
    """A typo must not start a hundred tasks."""
    if count <= facts.most:
        return ()
    return (
        Refusal(
            f"{count} tasks are more than this target allows (max_tasks = {facts.most}).",
            hint="Raise `max_tasks` in opsctl.toml, if you mean it.",
        ),
    )


def notes(bounds: Bounds | None) -> tuple[str, ...]:
    """What autoscaling will make of it."""
    if bounds is None:
        return ("No autoscaling: the count stays until somebody changes it.",)
    lines = [f"Autoscaling goes on moving the count between {bounds.minimum} and {bounds.maximum}."]
    if bounds.suspended:
        lines.append(f"Suspended, and left so: {', '.join(bounds.suspended)}.")
    return tuple(lines)


def _bounds_step(
    facts: Facts, title: str, to: Bounds, replacing: Bounds, undo: tuple[Step, ...] = ()
) -> Do:
    it = call(
        Autoscaling.set_bounds,
        facts.cluster,
        facts.service,
        to.minimum,
        to.maximum,
        [replacing.minimum, replacing.maximum],
    )
    fewer = to.minimum < replacing.minimum or to.maximum < replacing.maximum
    return Do(title, it, undo=undo, danger=danger(to.maximum, fewer=fewer))


def _count_step(
    facts: Facts, title: str, to: int, replacing: int, undo: tuple[Step, ...] = ()
) -> Do:
    it = call(Ecs.set_desired_count, facts.cluster, facts.service, to, replacing)
    return Do(title, it, undo=undo, danger=danger(to, fewer=to < replacing))
