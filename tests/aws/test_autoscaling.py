"""Application Auto Scaling through the emulator."""

from __future__ import annotations

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.scaling import Activity, activities_of

POLICY = "image-caption-gen-cpu-autoscaling-local"


def place(aws: Aws) -> tuple[str, str]:
    return aws.target.cluster, aws.target.service


def test_the_bounds_are_read_and_none_without_autoscaling(local: Aws) -> None:
    bounds = local.autoscaling.bounds(*place(local))
    assert bounds
    assert (bounds.minimum, bounds.maximum) == (2, 6)
    assert bounds.holds(6)
    assert not bounds.holds(7)
    assert local.autoscaling.bounds("c", "nope") is None


def test_the_bounds_are_compared_set_and_set_back(local: Aws) -> None:
    with local.changing():
        local.autoscaling.set_bounds(*place(local), 2, 8, replacing=[2, 6])
        assert local.autoscaling.has_bounds(*place(local), 2, 8).done
        with pytest.raises(errors.FactsChanged, match="2–8, not 2–6"):
            local.autoscaling.set_bounds(*place(local), 2, 9, replacing=[2, 6])
        local.autoscaling.set_bounds(*place(local), 2, 6, replacing=[2, 8])
    assert not local.autoscaling.has_bounds(*place(local), 2, 8).done


def test_one_field_of_the_policy_changes_and_the_cooldowns_stay(local: Aws) -> None:
    before = local.autoscaling.policies(*place(local))[0]
    assert before.tracks_cpu
    assert before.target == 70.0
    with local.changing():
        local.autoscaling.set_target(*place(local), POLICY, 60.0, replacing=70.0)
        after = local.autoscaling.policies(*place(local))
        assert len(after) == 1
        assert after[0].configuration == {**before.configuration, "TargetValue": 60.0}
        with pytest.raises(errors.FactsChanged):
            local.autoscaling.set_target(*place(local), POLICY, 50.0, replacing=70.0)
        local.autoscaling.set_target(*place(local), POLICY, 70.0, replacing=60.0)
    assert local.autoscaling.has_target(*place(local), POLICY, 70.0).done


def test_a_policy_or_target_that_is_gone_is_not_found(local: Aws) -> None:
    with local.changing():
        with pytest.raises(errors.NotFound):
            local.autoscaling.set_target(*place(local), "nope", 60.0, replacing=70.0)
        with pytest.raises(errors.NotFound):
            local.autoscaling.set_bounds("c", "nope", 1, 2, replacing=[1, 1])
    assert not local.autoscaling.has_bounds("c", "nope", 1, 2).done


def test_activities_are_read_newest_first(local: Aws) -> None:
    found = local.autoscaling.activities(*place(local))
    assert [it.at for it in found] == sorted((it.at for it in found), reverse=True)


def test_what_autoscaling_would_have_done_is_read_with_the_reason(
    local: Aws, emulator: Emulator
) -> None:
    refused = Activity(
        f"service/{local.target.cluster}/{local.target.service}",
        "Attempting to scale due to alarm triggered",
        "monitor alarm high",
        emulator.world.clock(),
        refusal="AlreadyAtMaxCapacity",
        current=6,
    )
    activities_of(emulator.world).appendleft(refused)
    newest = local.autoscaling.activities(*place(local), refused=True)[0]
    assert newest.refusals == ("AlreadyAtMaxCapacity",)
    assert not any(it.refusals for it in local.autoscaling.activities(*place(local)))
