"""docs/json.md is made from a real document; OPSCTL_WRITE_DOCS=1 writes it anew."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from opsctl import errors, targets
from opsctl.outcome import Outcome, StepStatus
from opsctl.plan import Call, Danger, Difference, Do, Plan, Refusal
from opsctl.terminal.json_output import document, dumps

DOCUMENT = Path(__file__).parents[2] / "docs" / "json.md"
MEANINGS = {
    "schema": "`opsctl/1`. Fields are only ever added; anything else would be another schema.",
    "command": "The words of the command, without its arguments. Empty when there were none.",
    "target": "Where it acted; null when no environment was chosen.",
    "target.env": "The environment's name.",
    "target.account": "The AWS account, twelve digits.",
    "target.region": "The AWS region.",
    "status": "How it ended; see below.",
    "exit_code": "The exit code of the process; see [exit codes](exit-codes.md).",
    "plan": "What would be or was done; null for a report, and where it ended before a plan.",
    "plan.summary": "The plan in one sentence.",
    "plan.danger": "`none`, `mild`, `moderate` or `severe`.",
    "plan.subject": "What `--confirm` must say when it is severe; for a user's data a stand-in "
    "such as `user-3fa9c2d1e0b4`, never the name.",
    "plan.digest": "SHA-256 of the steps: which plan it was. The journal has it too.",
    "plan.steps": "In order; empty when there is nothing to do.",
    "plan.steps[].title": "What the step does.",
    "plan.steps[].status": "`pending`, `running`, `done`, `failed`, `interrupted`, `skipped` or "
    "`taken back`.",
    "plan.steps[].undo": "How it is taken back, or why it cannot be.",
    "plan.on_failure": "Titles of what is done by itself when a step or a check fails.",
    "plan.differences": "What is another value afterwards.",
    "plan.differences[].name": "Which value.",
    "plan.differences[].before": "What it is before.",
    "plan.differences[].after": "What it is afterwards.",
    "plan.notes": "Worth knowing beside the steps.",
    "plan.refusals": "Reasons not to; with one of them nothing is done.",
    "plan.refusals[].reason": "The reason.",
    "plan.refusals[].hint": "What to do instead.",
    "plan.refusals[].override": "The option that lifts it; empty when none does.",
    "plan.next_commands": "What to type afterwards.",
    "plan.emergency": "What `--emergency` overrides; empty when it overrides nothing.",
    "result": "The report, or what a procedure found and made; its fields are the command's own.",
    "error": "Null after success, and for an answer that is bad (`unhealthy`, `planned`).",
    "error.kind": "The name in [exit codes](exit-codes.md).",
    "error.message": "What happened, with names.",
    "error.hint": "What to type next; may be empty.",
    "error.aws_code": "AWS's error code, when AWS refused; else null.",
    "error.request_id": "AWS's request id, for its support; else null.",
    "run": "The run's id in the journal; null when none was begun.",
}
STATUSES = {
    "done": "it did what was asked, or answered the question",
    "nothing_to_do": "everything was as asked already",
    "planned": "a dry run",
    "refused": "it ended before it changed anything",
    "cancelled": "the operator said no, or Ctrl-C",
    "failed": "it did not get to its end",
    "unhealthy": "the question was answered, and the answer is bad",
}
TEMPLATE = """\
# JSON

<!-- Made from opsctl/terminal/json_output.py by tests/docs/test_json.py: do not edit. -->

With `-o json` (`--output json`) standard output is exactly one document, after success and after
every kind of failure; the conversation stays on standard error. Times are UTC, as in
`2026-11-23T18:55:01.000Z`. Every character beyond ASCII is escaped.

```json
{example}```

## Fields

| field | meaning |
|---|---|
{fields}

## `status`

| status | meaning |
|---|---|
{statuses}

## Streams

`security events`, `logs tail` and `logs search` give JSON lines instead: one object a line, as it
is found, without the document around it. A failure is the document above, on the last line; such a
line has the field `schema`.

## For example

```bash
opsctl security events --since 2h --env prod -o json | jq -r 'select(.error != "") | .name'
opsctl status --env prod -o json | jq .result
opsctl deploy 1.3.0 --env prod --dry-run -o json | jq -r '.plan.steps[].title'
run=$(opsctl restart --env prod --yes -o json | jq -r .run) && opsctl undo "$run" --env prod
```
"""


def example() -> dict[str, Any]:
    """A document in which every field is filled."""
    back = Do("Set revision 43", Call("ecs", "update", {"revision": 43}))
    plan = Plan(
        "go back from revision 43 to revision 42",
        steps=(Do("Set revision 42", Call("ecs", "update", {"revision": 42}), undo=(back,)),),
        danger=Danger.MODERATE,
        differences=(Difference("revision", "43", "42"),),
        notes=("revision 43 was deployed 10 minutes ago",),
        refusals=(Refusal("5 lies outside the bounds", "ask for 4", "--move-bounds"),),
        next_commands=("opsctl verify --env prod",),
    )
    error = errors.StepFailed("ECS refused the update", hint="opsctl status --env prod")
    error.aws_code = "ServerException"  # type: ignore[attr-defined]
    error.request_id = "5b6e0d3c-7c3a-4c55-9a39-0f3a1e0a9f11"  # type: ignore[attr-defined]
    outcome = Outcome("rollback", "failed", error.code, plan=plan, error=error)
    outcome.steps = [StepStatus("Set revision 42", "failed", "Set revision 43")]
    outcome.result = {"revision": 42}
    outcome.run = "20261123T185501Z-7f3a"
    target = targets.load(environ={}, folder=Path("/")).resolve("local")
    made: dict[str, Any] = dict(document(outcome, target))
    # The real one changes with every field that a step gains.
    made["plan"]["digest"] = hashlib.sha256(b"the steps").hexdigest()
    return made


def generated() -> str:
    """The whole document."""
    return TEMPLATE.format(
        example=dumps(example()),
        fields="\n".join(f"| `{path}` | {meaning} |" for path, meaning in MEANINGS.items()),
        statuses="\n".join(f"| `{status}` | {meaning} |" for status, meaning in STATUSES.items()),
    )


def _paths(value: Any, path: str = "") -> Iterator[str]:
    if path:
        yield path
    if path == "result":
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for name, inner in value[0].items():
            yield from _paths(inner, f"{path}[].{name}")


def test_the_page_is_what_the_document_says() -> None:
    if os.environ.get("OPSCTL_WRITE_DOCS"):
        DOCUMENT.write_text(generated(), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == generated(), (
        "stale: OPSCTL_WRITE_DOCS=1 pytest tests/docs"
    )


def test_every_field_is_explained_in_the_order_of_the_document() -> None:
    assert list(_paths(example())) == list(MEANINGS)


def test_every_status_that_an_error_can_give_is_explained() -> None:
    assert {kind.status for kind in errors.documented()} <= set(STATUSES)
