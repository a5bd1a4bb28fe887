"""What a task needs before it can start, looked at through the emulator."""

from __future__ import annotations

from dataclasses import replace

from opsctl.aws import Aws
from opsctl.aws.ecs import LoadBalancerLink
from opsctl.aws.task_definitions import LogSettings, SecretReference
from opsctl.procedures import live, preflight
from opsctl.procedures.preflight import Finding


def states(findings: tuple[Finding, ...]) -> dict[str, str]:
    return {it.what: it.state for it in findings}


def test_everything_of_the_live_release_is_there(local: Aws) -> None:
    now = live.gather(local)
    found = preflight.check(local, now.service, now.definition)
    assert set(states(found).values()) == {"ok"}
    assert {it.what.split()[0] for it in found} == {"secret", "log", "execution", "task", "target"}
    assert preflight.refusals(found) == ()


def test_each_missing_thing_is_a_refusal_of_its_own(local: Aws) -> None:
    now = live.gather(local)
    (container,) = now.definition.containers
    secret = container.secrets[0].value_from
    broken = replace(
        container,
        secrets=(SecretReference("HF_API_KEY", secret.replace("hf_api_key", "nope")),),
        logs=LogSettings("/ecs/nope", "us-east-1", "app"),
    )
    definition = replace(
        now.definition, containers=(broken,), execution_role="arn:aws:iam::123456789012:role/nope"
    )
    service = replace(now.service, links=(LoadBalancerLink("arn:x", "app", 9999),))
    found = preflight.check(local, service, definition)
    assert states(found) == {
        "secret HF_API_KEY": "wrong",
        "log group /ecs/nope": "wrong",
        "execution role": "wrong",
        "task role": "ok",
        "target group of app:9999": "wrong",
    }
    assert len(preflight.refusals(found)) == 4


def test_what_may_not_be_looked_at_is_unknown_and_no_refusal(local: Aws) -> None:
    found = (Finding("task role", "unknown", "not allowed"), Finding("image 1", "ok"))
    assert preflight.refusals(found) == ()
    assert preflight.notes(found) == ("Checked: image 1.", "task role: not checked, not allowed")
