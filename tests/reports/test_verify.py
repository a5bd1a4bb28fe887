"""Verify: stable is not the same as right."""

from __future__ import annotations

from opsctl.aws import Aws
from opsctl.reports import verify
from opsctl.reports.verify import Finding, Verification
from opsctl.sandbox.emulator import Emulator

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/image-caption-gen"


def titles(found: Verification, ok: bool | None) -> set[str]:
    return {it.title for it in found.findings if it.ok is ok}


def test_the_live_release_is_verified(local: Aws) -> None:
    found = verify.gather(local)
    assert found.ok
    assert titles(found, None) == {"health endpoint", "smoke request"}, "no app_url in this target"
    assert "targets are healthy" in titles(found, True)


def test_another_revision_than_the_named_one_is_not(local: Aws) -> None:
    found = verify.gather(local, "2")
    assert not found.ok
    assert found.revision == f"{local.target.family}:2"
    assert titles(found, False) == {"intended revision is live"}


def test_a_rolled_back_service_is_stable_and_not_verified(local: Aws, emulator: Emulator) -> None:
    place = (local.target.cluster, local.target.service)
    former = local.ecs.service(*place).task_definition
    image = local.ecr.image("image-caption-gen", "1.4.0-crash")
    assert image
    with local.changing():
        local.ecs.release(*place, former, {"app": f"{REGISTRY}@{image.digest}"}, leaving=former)
    assert "no deployment is under way" in titles(verify.gather(local), False)
    emulator.settle()
    found = verify.gather(local)
    assert not found.ok
    (wrong,) = [it for it in found.findings if it.ok is False]
    assert "ROLLBACK_SUCCESSFUL" in wrong.detail


def test_what_could_not_be_looked_at_is_not_a_failure() -> None:
    assert Verification("r:1", (Finding("a", None, ""), Finding("b", True, ""))).ok
    assert not Verification("r:1", (Finding("a", False, ""),)).ok
