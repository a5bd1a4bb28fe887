"""What will be done, as plain values: steps that name gateway calls nobody has made yet.

A plan is shown, confirmed, journaled and applied; it is never code. Each call in it is the
name of a gateway method with JSON arguments, so that the journal can hold it and an undo can
be read back from the journal.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Concatenate, ParamSpec, TypeAlias

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
P = ParamSpec("P")


class Danger(enum.Enum):
    """How much a plan can hurt; it decides how the operator confirms."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


@dataclass(frozen=True)
class Call:
    """A gateway method that has not been called yet: `ecs.set_desired_count(...)`.

    `gateway` is the module of `opsctl.aws` that holds it, `arguments` are JSON values by name.
    """

    gateway: str
    method: str
    arguments: Mapping[str, Json] = field(default_factory=dict)

    def __str__(self) -> str:
        words = ", ".join(f"{name}={json.dumps(value)}" for name, value in self.arguments.items())
        return f"{self.gateway}.{self.method}({words})"


def call(method: Callable[Concatenate[Any, P], Any], *args: P.args, **kwargs: P.kwargs) -> Call:
    """Bind arguments to a gateway method without calling it.

    Raises TypeError when the arguments do not fit the method, and when one of them is not a
    JSON value (a plan is journaled, so nothing else can stand in it).
    """
    bound = inspect.signature(method).bind(None, *args, **kwargs)
    arguments = dict(list(bound.arguments.items())[1:])
    json.dumps(arguments)
    gateway = method.__module__.rpartition(".")[2]
    return Call(gateway, method.__name__, arguments)


@dataclass(frozen=True)
class Progress:
    """How far a wait or a long step is; what a `Wait` check answers."""

    done: bool
    summary: str
    lines: tuple[str, ...] = ()
    """Facts worth a line of their own; a line already shown is not shown again."""
    counted: tuple[int, int] | None = None
    """(items done, items expected)."""


Report: TypeAlias = Callable[[Progress], None]
"""What a long step calls to say how far it is; the runner passes it as `report=`."""


@dataclass(frozen=True)
class Do:
    """One change. `undo` holds the steps that take it back; empty, `no_undo` says why."""

    title: str
    call: Call
    undo: tuple[Step, ...] = ()
    no_undo: str = ""
    reports: bool = False
    """The method takes `report=` and says how far it is."""
    danger: Danger = Danger.MODERATE
    """How much this step alone can hurt: an undo is as dangerous as what it does, not as what it
    takes back."""


@dataclass(frozen=True)
class Wait:
    """Until a check holds. The check answers Progress, or raises when it can no longer hold."""

    title: str
    check: Call
    timeout: float
    """Seconds."""
    follows: bool = False
    """AWS named what is waited for (a deployment's id): the check takes as `subject` what the
    step before it answered."""
    pick_up: str = ""
    """The command that goes on waiting after a time-out or Ctrl-C."""
    abandon: str = ""
    """The command that takes back what is under way."""
    unlocked: bool = False
    """Somebody else makes what is waited for, perhaps with opsctl: where it is the last step, the
    lock is given back before it."""


@dataclass(frozen=True)
class Manual:
    """Words for the human, who says when it is done."""

    title: str
    instruction: str


Step: TypeAlias = Do | Wait | Manual


@dataclass(frozen=True)
class Plan:
    """The decision. Nothing to do is an ordinary plan: no steps and a sentence.

    `refusals` are reasons not to that the procedure itself found; with one of them the plan is
    shown and ends in Forbidden. `checks` must hold after the last step, or NotVerified.
    `danger` is the tier, `subject` the name to type when it is severe.
    """

    summary: str
    steps: tuple[Step, ...] = ()
    danger: Danger = Danger.NONE
    subject: str = ""
    pseudonym: str = ""
    """Stands for a subject that nothing may record: in JSON, and --confirm takes it as well."""
    whom: tuple[str, ...] = ()
    """Who that subject is, for the operator's eyes: neither journaled nor in JSON."""
    notes: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    checks: tuple[Wait, ...] = ()
    on_failure: tuple[Step, ...] = ()
    """What is done, by itself, when a step or a check fails after another step was done: each
    carries as its undo the step that it takes back. Ctrl-C does not start it."""
    next_commands: tuple[str, ...] = ()
    """What to type afterwards."""
    emergency: str = ""
    """What `--emergency` overrides: `outside the maintenance windows`; empty when it is none."""
    result: Mapping[str, Json] = field(default_factory=dict)
    """What `-o json` carries as `result`."""

    @property
    def changes(self) -> bool:
        """Whether a step would change something; a plan of mere waits follows what is under way."""
        return any(not isinstance(step, Wait) for step in self.steps)

    @property
    def digest(self) -> str:
        """SHA-256 over the steps, in hex: which plan it was that somebody confirmed."""
        steps = [to_json(step) for step in (*self.steps, *self.on_failure)]
        text = json.dumps(steps, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Difference:
    """One value before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Refusal:
    """One reason not to, and what to type instead. `override` names the flag that lifts it."""

    reason: str
    hint: str = ""
    override: str = ""


def undo_steps(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps that take back what these did, last one first; each carries its own undo."""
    for step in reversed(list(steps)):
        if not isinstance(step, Do):
            continue
        again = dataclasses.replace(step, undo=())
        first = True
        for place, back in enumerate(step.undo):
            if isinstance(back, Do) and first:
                first = False
                # What follows the way back follows the way forth again: a request that was only
                # accepted is no success there either.
                waits = takewhile(_follows, step.undo[place + 1 :])
                yield dataclasses.replace(back, undo=(again, *waits), no_undo="")
            else:
                yield back


def _follows(step: Step) -> bool:
    return isinstance(step, Wait) and step.follows


def taken_back(step: Step) -> str:
    """How a step is undone, in one line, or why it cannot be; empty for what changes nothing."""
    if not isinstance(step, Do):
        return ""
    titles = [back.title for back in step.undo if not isinstance(back, Wait)]
    return "; ".join(titles) or step.no_undo


def to_json(step: Step) -> dict[str, Json]:
    """A step as the journal holds it; `from_json` reads it back."""
    if isinstance(step, Do):
        return {
            "kind": "do",
            "title": step.title,
            "call": _call_to_json(step.call),
            "undo": [to_json(back) for back in step.undo],
            "no_undo": step.no_undo,
            "reports": step.reports,
            "danger": step.danger.value,
        }
    if isinstance(step, Wait):
        fields = {name: value for name, value in vars(step).items() if name != "check"}
        if not step.unlocked:
            del fields["unlocked"]  # An older opsctl does not know it.
        return {"kind": "wait", "check": _call_to_json(step.check), **fields}
    return {"kind": "manual", "title": step.title, "instruction": step.instruction}


def from_json(document: Mapping[str, Any]) -> Step:
    """The step that `to_json` wrote. Raises ValueError for anything else."""
    try:
        fields = {key: value for key, value in document.items() if key != "kind"}
        if document["kind"] == "do":
            fields["call"] = Call(**fields["call"])
            fields["danger"] = Danger(fields["danger"])
            fields["undo"] = tuple(from_json(back) for back in fields["undo"])
            return Do(**fields)
        if document["kind"] == "wait":
            fields["check"] = Call(**fields["check"])
            return Wait(**fields)
        return Manual(**fields)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not a step: {error}") from error


def _call_to_json(it: Call) -> dict[str, Json]:
    return {"gateway": it.gateway, "method": it.method, "arguments": dict(it.arguments)}
