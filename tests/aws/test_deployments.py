"""Service deployments through the emulator."""

from __future__ import annotations

import pytest

from opsctl import errors
from opsctl.aws import Aws


def test_the_history_is_newest_first_with_what_each_one_ran(local: Aws) -> None:
    history = local.deployments.history(local.target.cluster, local.target.service)
    assert len(history) >= 3
    assert [it.created for it in history] == sorted((it.created for it in history), reverse=True)
    assert all(it.succeeded and not it.in_flight for it in history)
    assert all(dict(it.digests)["app"].startswith("sha256:") for it in history)
    assert history[0].serves == history[0].task_definition
    assert not history[-1].has_source, "the first deployment has nothing to go back to"


def test_the_history_is_as_long_as_asked(local: Aws) -> None:
    assert len(local.deployments.history(local.target.cluster, local.target.service, limit=2)) == 2


def test_what_aws_has_forgotten_is_left_out(local: Aws) -> None:
    known = local.deployments.history(local.target.cluster, local.target.service, limit=1)[0].arn
    gone = known.rpartition("/")[0] + "/gone"
    assert [it.arn for it in local.deployments.described([gone, known])] == [known]


def test_a_deployment_that_has_ended_cannot_be_stopped(local: Aws) -> None:
    ended = local.deployments.history(local.target.cluster, local.target.service, limit=1)[0].arn
    with local.changing(), pytest.raises(errors.FactsChanged, match="ended meanwhile"):
        local.deployments.stop_with_rollback(ended)


def test_a_service_that_is_not_there_is_not_found(local: Aws) -> None:
    with pytest.raises(errors.NotFound):
        local.deployments.history(local.target.cluster, "nope")
