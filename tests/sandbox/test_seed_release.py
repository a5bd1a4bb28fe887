"""The seeded service and the revisions it came from."""

from __future__ import annotations

import json

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts
from opsctl.sandbox.seed_release import KEYS, RELEASES


def test_the_last_release_runs_with_two_tasks(emulator: Emulator) -> None:
    aws, names = Accounts(emulator.world, emulator.endpoint_url), emulator.world.names
    (service,) = aws.ecs.describe_services(cluster=names.cluster, services=[names.service])[
        "services"
    ]

    assert (service["runningCount"], service["desiredCount"]) == (2, 2)
    assert service["taskDefinition"].endswith(f":{len(RELEASES)}")
    breaker = service["deploymentConfiguration"]["deploymentCircuitBreaker"]
    assert (breaker["enable"], breaker["rollback"]) == (True, True)


def test_every_revision_pins_its_image_by_digest(emulator: Emulator) -> None:
    aws, names = Accounts(emulator.world, emulator.endpoint_url), emulator.world.names
    for number, release in enumerate(RELEASES, 1):
        found = aws.ecs.describe_task_definition(taskDefinition=f"{names.family}:{number}")
        (container,) = found["taskDefinition"]["containerDefinitions"]
        digest = aws.ecr.describe_images(
            repositoryName=names.repository, imageIds=[{"imageTag": release}]
        )["imageDetails"][0]["imageDigest"]
        assert container["image"].endswith(f"@{digest}")


def test_every_secret_of_a_task_resolves(emulator: Emulator) -> None:
    aws, names = Accounts(emulator.world, emulator.endpoint_url), emulator.world.names
    found = aws.ecs.describe_task_definition(taskDefinition=names.family)
    arn = aws.secretsmanager.describe_secret(SecretId=names.secret)["ARN"]
    (container,) = found["taskDefinition"]["containerDefinitions"]
    value = aws.secretsmanager.get_secret_value(SecretId=names.secret)["SecretString"]

    assert {it["valueFrom"] for it in container["secrets"]} == {
        f"{arn}:{key}::" for key in KEYS.values()
    }
    assert set(json.loads(value)) == set(KEYS.values())


def test_tasks_know_their_client_of_the_user_pool(emulator: Emulator) -> None:
    aws, names = Accounts(emulator.world, emulator.endpoint_url), emulator.world.names
    place = {"UserPoolId": names.user_pool, "ClientId": names.user_pool_client}
    client = aws.cognito_idp.describe_user_pool_client(**place)["UserPoolClient"]
    environments = [it.launch.environment for it in emulator.processes()]

    assert environments
    for each in environments:
        assert each["COGNITO_USER_POOL_ID"] == names.user_pool
        assert each["COGNITO_CLIENT_ID"] == names.user_pool_client
        assert each["COGNITO_CLIENT_SECRET"] == client["ClientSecret"]
        assert len(each["SESSION_KEY"]) == 64
