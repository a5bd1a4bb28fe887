"""What RUNBOOK.md shows of a plan: its steps with their undo, its checks and its danger."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from opsctl.plan import Danger, Do, Plan, Step, Wait, taken_back
from opsctl.terminal.outcome_screen import duration

DANGERS = {
    Danger.NONE: "none; nothing is changed",
    Danger.MILD: "mild; y/N, or `--yes`",
    Danger.MODERATE: "moderate; y/N, or `--yes`; in a protected environment its name",
    Danger.SEVERE: "severe; the name of what is lost is typed, or `--confirm NAME`",
}
VARIES = (
    (r"-local\b", "-prod"),
    (r"\blocal\b", "prod"),
    (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00| UTC)?", "TIME"),
    (r"\b\d{8}T\d{4,6}Z?\b", "TIME"),
    (r"\bsha256:[0-9a-f]{12,}…?", "DIGEST"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "ID"),
    (r"\b(AKIA|ASIA)\w+", "KEY"),
    (r"\b[0-9a-f]{24,}\b", "ID"),
    (r"127\.0\.0\.1:\d+", "HOST"),
    (r"\b(us-east-1|eu-west-1)_\w+", "POOL"),
    (r"`", ""),
)
"""What differs from one emulator to the next, or would be something else in Markdown, and what is
written in its place."""
_BLOCK = r"<!-- plan: {} -->\n.*?<!-- /plan -->"


def block(name: str, plan: Plan, up_to: Danger | None = None) -> str:
    """The plan of a procedure as short Markdown, between its comments. `up_to` is the greatest
    danger that another request can have."""
    lines = "\n".join(_lines(name, plan))
    kind, _, how = DANGERS[plan.danger].partition("; ")
    most = f", up to {up_to.value} by what is asked" if up_to else ""
    return f"<!-- plan: {name} -->\n{lines}\nDanger: {kind}{most}; {how}.\n<!-- /plan -->"


def named(text: str) -> list[str]:
    """The procedures whose blocks a text holds."""
    return re.findall(r"^<!-- plan: (.+) -->$", text, re.MULTILINE)


def renewed(text: str, blocks: Mapping[str, str]) -> str:
    """A section with its blocks as they are now; one that is missing goes before **Check**."""
    for name, made in blocks.items():
        if name in named(text):
            pattern = re.compile(_BLOCK.format(re.escape(name)), re.DOTALL)
            text = pattern.sub(lambda _, it=made: it, text)  # type: ignore[misc]
        else:
            text = text.replace("\n**Check**", f"\n{made}\n\n**Check**", 1)
    return text


def _lines(name: str, plan: Plan) -> Iterator[str]:
    assert plan.steps, plan.summary
    assert not plan.refusals, plan.refusals
    yield f"A plan of *{name}*:"
    yield ""
    for number, step in enumerate(plan.steps, 1):
        yield _stable(f"{number}. {_step(step)}")
    after = [f"*Verified afterwards:* {'; '.join(it.title for it in plan.checks)}."]
    failing = [f"*If one of them fails:* {'; '.join(it.title for it in plan.on_failure)}."]
    yield ""
    for said in after * bool(plan.checks) + failing * bool(plan.on_failure):
        yield _stable(said)
        yield ""


def _step(step: Step) -> str:
    if isinstance(step, Wait):
        return f"{step.title} (at most {duration(step.timeout)})."
    if not isinstance(step, Do):
        return f"{step.title}. *By you.*"
    return f"{step.title}. *{'Undo' if step.undo else 'No undo'}:* {taken_back(step)}."


def _stable(text: str) -> str:
    for pattern, written in VARIES:
        text = re.sub(pattern, written, text)
    return text
