"""The gateway to Terraform, with the real program and a module of its own."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from terraforming import applied, diagnostic, module, needs_terraform, stand_in

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.terraform_plans import Planned
from opsctl.aws.tfvars import Value
from opsctl.plan import Json, Progress
from opsctl.sandbox.emulator import Emulator

SECOND: dict[str, Value] = {"image": "second"}
BROKEN: dict[str, Value] = {"image": "broken"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return module(tmp_path / "tf")


@pytest.fixture
def aws(door: Aws, folder: Path) -> Aws:
    return Aws(dataclasses.replace(door.target, terraform=str(folder)))


def live(aws: Aws) -> str:
    return aws.ecs.service(aws.target.cluster, aws.target.service).task_definition


def apply(
    aws: Aws, it: Planned, values: dict[str, Value], seen: list[Progress] | None = None
) -> dict[str, Json]:
    with aws.changing():
        report = seen.append if seen is not None else None
        return aws.terraform.apply(it.digest, values, dict(it.former), live(aws), report)


@needs_terraform
def test_a_plan_is_made_from_a_copy_and_the_file_stays(aws: Aws, folder: Path) -> None:
    it = aws.terraform.planned(SECOND)
    assert it.counts == {"create": 2, "change": 0, "replace": 0, "destroy": 0}
    assert it.former == {"image": "first"}
    assert (folder / "local.tfvars").read_text() == 'image = "first"\n'
    assert not (folder / "terraform.tfstate").exists()
    assert aws.terraform.planned(SECOND) is it


@needs_terraform
def test_the_saved_plan_is_applied_and_the_file_says_it(aws: Aws, folder: Path) -> None:
    seen: list[Progress] = []
    answer = apply(aws, aws.terraform.planned(SECOND), SECOND, seen)
    assert answer["task_definition"] == live(aws)
    assert (folder / "local.tfvars").read_text() == 'image = "second"\n'
    assert seen[-1].counted == (2, 2)
    assert aws.terraform.settled().done


@needs_terraform
def test_a_failing_apply_tells_the_last_words_and_puts_the_file_back(
    aws: Aws, folder: Path
) -> None:
    with pytest.raises(errors.StepFailed, match="the last words"):
        apply(aws, aws.terraform.planned(BROKEN), BROKEN)
    assert (folder / "local.tfvars").read_text() == 'image = "first"\n'


@needs_terraform
def test_a_plan_is_stale_after_somebody_elses_apply(aws: Aws, folder: Path) -> None:
    it = aws.terraform.planned(SECOND)
    applied(folder)
    with pytest.raises(errors.FactsChanged, match="stale"):
        apply(aws, it, SECOND)
    assert (folder / "local.tfvars").read_text() == 'image = "first"\n'


@needs_terraform
def test_nothing_is_applied_outside_a_plan_and_none_twice(aws: Aws) -> None:
    it = aws.terraform.planned(SECOND)
    with pytest.raises(errors.OpsctlError, match="no plan is being applied"):
        aws.terraform.apply(it.digest, SECOND, dict(it.former), live(aws))
    apply(aws, it, SECOND)
    with pytest.raises(errors.FactsChanged, match="applied already"):
        apply(aws, it, SECOND)


@needs_terraform
def test_a_file_or_a_service_that_changed_meanwhile_is_left_alone(aws: Aws, folder: Path) -> None:
    it = aws.terraform.planned(SECOND)
    (folder / "local.tfvars").write_text('image = "third"\n')
    with pytest.raises(errors.FactsChanged, match="changed meanwhile"):
        apply(aws, it, SECOND)
    with aws.changing(), pytest.raises(errors.FactsChanged, match="The service runs"):
        aws.terraform.apply(it.digest, SECOND, dict(it.former), "arn:other")
    assert (folder / "local.tfvars").read_text() == 'image = "third"\n'


@needs_terraform
def test_what_cannot_be_looked_at_afterwards_is_no_nothing_changed(
    aws: Aws, emulator: Emulator
) -> None:
    it, leaving = aws.terraform.planned(SECOND), live(aws)

    def fail(_: Progress) -> None:
        rule = {"service": "ecs", "operation": "*", "code": "AccessDeniedException", "status": 400}
        emulator.front.faults.add(rule)

    try:
        with aws.changing(), pytest.raises(errors.StepFailed, match="cannot be looked at"):
            aws.terraform.apply(it.digest, SECOND, dict(it.former), leaving, fail)
    finally:
        emulator.front.faults.clear()


@needs_terraform
def test_values_are_put_back_by_a_plan_of_their_own(aws: Aws, folder: Path) -> None:
    apply(aws, aws.terraform.planned(SECOND), SECOND)
    with aws.changing():
        aws.terraform.apply_values({"image": "first"}, SECOND)
        aws.terraform.apply_values({"image": "first"}, SECOND)
    assert (folder / "local.tfvars").read_text() == 'image = "first"\n'
    assert aws.terraform.settled().done


@needs_terraform
def test_a_plan_of_another_process_is_made_anew(aws: Aws, folder: Path) -> None:
    with aws.changing():
        aws.terraform.apply("0" * 16, SECOND, {"image": "first"}, "arn:of-that-time")
    assert (folder / "local.tfvars").read_text() == 'image = "second"\n'


@needs_terraform
def test_an_undo_applies_nothing_that_loses_data(aws: Aws, folder: Path) -> None:
    applied(folder)
    text = (folder / "local.tfvars").read_text()
    (folder / "local.tfvars").write_text(f'{text}table = "another"\n')
    with aws.changing(), pytest.raises(errors.FactsChanged, match=r"replace .*aws_dynamodb_table"):
        aws.terraform.apply_values(SECOND, {"image": "first"})
    assert "first" in (folder / "local.tfvars").read_text()


@needs_terraform
def test_the_file_keeps_what_runs(aws: Aws, folder: Path) -> None:
    (folder / "local.tfvars").write_text('image = "second"\n')
    aws.terraform.keep_what_runs(SECOND, {"image": "first"}, "arn:no-longer")
    assert "second" in (folder / "local.tfvars").read_text()
    aws.terraform.keep_what_runs(SECOND, {"image": "first"}, live(aws))
    assert "first" in (folder / "local.tfvars").read_text()


@needs_terraform
def test_a_release_that_is_left_is_not_settled(aws: Aws, folder: Path) -> None:
    applied(folder)
    (folder / "local.tfvars").write_text('image = "second"\n')
    with pytest.raises(errors.NotVerified, match=r"replace .*aws_ecs_task_definition"):
        aws.terraform.settled()


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("Error acquiring the state lock", errors.Locked),
        ("Saved plan is stale", errors.FactsChanged),
        ("updating ECS Service: AccessDeniedException", errors.StepFailed),
    ],
)
def test_each_way_to_fail_has_its_own_error(
    aws: Aws,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: str,
    kind: type[errors.OpsctlError],
) -> None:
    (tmp_path / "said").write_text(diagnostic(told))
    shown = '{"variables": {"image": {"value": "second"}}}'
    script = f"""case "$1" in
  workspace) echo default;;
  show) echo '{shown}';;
  plan) for it in "$@"; do case "$it" in -out=*) echo saved > "${{it#-out=}}";; esac; done; exit 2;;
  apply) cat {tmp_path / "said"}; exit 1;;
esac"""
    record = stand_in(tmp_path / "bin", monkeypatch, script)
    with pytest.raises(kind):
        apply(aws, aws.terraform.planned(SECOND), SECOND)
    last = record.read_text().splitlines()[-1]
    assert last.startswith("apply -json -input=false -lock-timeout=30s /")
    assert last.endswith("/plan")
