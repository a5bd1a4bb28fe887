"""The seeded history: something to go back to."""

from __future__ import annotations

import itertools

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts


def test_three_releases_succeeded_on_three_days(emulator: Emulator) -> None:
    aws, names = Accounts(emulator.world, emulator.endpoint_url), emulator.world.names
    found = aws.ecs.list_service_deployments(cluster=names.cluster, service=names.service)
    deployments = sorted(found["serviceDeployments"], key=lambda it: it["createdAt"])
    now = emulator.world.clock()

    assert [it["status"] for it in deployments] == ["SUCCESSFUL"] * 3
    assert [(now - it["createdAt"]).days for it in deployments] == [2, 1, 0]


def test_each_deployment_came_from_the_one_before(emulator: Emulator) -> None:
    aws, names = Accounts(emulator.world, emulator.endpoint_url), emulator.world.names
    listed = aws.ecs.list_service_deployments(cluster=names.cluster, service=names.service)
    arns = [it["serviceDeploymentArn"] for it in listed["serviceDeployments"]]
    described = aws.ecs.describe_service_deployments(serviceDeploymentArns=arns)
    found = sorted(described["serviceDeployments"], key=lambda it: it["createdAt"])

    for former, later in itertools.pairwise(found):
        (source,) = later["sourceServiceRevisions"]
        assert source["arn"] == former["targetServiceRevision"]["arn"]


def test_each_past_revision_can_be_described_with_its_image(emulator: Emulator) -> None:
    aws, service = Accounts(emulator.world, emulator.endpoint_url), emulator.service
    found = aws.ecs.describe_service_revisions(serviceRevisionArns=list(service.revisions))

    images = {it["containerImages"][0]["imageDigest"] for it in found["serviceRevisions"]}
    assert len(images) == 3


def test_a_revision_was_registered_before_it_was_deployed(emulator: Emulator) -> None:
    for deployment in emulator.service.deployments:
        assert deployment.target.definition["registeredAt"] < deployment.created
