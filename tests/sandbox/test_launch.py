"""What a task needs before it starts, and AWS's words where it is missing."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.sandbox import launch


def reasons(account: Any) -> set[str]:
    return {task.stop.text for task in account.stopped() if task.stop.code == "TaskFailedToStart"}


def environment(account: Any) -> dict[str, str]:
    return dict(account.runner.launched[-1].launch.environment)


def test_a_process_gets_secrets_version_and_the_way_to_aws(account: Any) -> None:
    account.serve("1.1.0")
    found = environment(account)
    assert found["HF_API_KEY"] == "hf_1"
    assert found["CAPTION_VERSION"] == "1.1.0"
    assert found["TASK_DEFINITION_REVISION"] == "1"
    assert found["OPSCTL_TASK_ID"] in {task.id for task in account.service.tasks}
    assert found["AWS_ENDPOINT_URL"] == account.world.endpoint


def test_a_secret_is_never_in_the_text_of_a_launch(account: Any) -> None:
    account.serve()
    assert "hf_1" not in repr(account.runner.launched[-1].launch)


def test_a_missing_image_cannot_be_pulled(account: Any) -> None:
    account.serve()
    account.deploy("9.9.9")
    account.settle()
    (reason,) = reasons(account)
    assert reason.startswith("CannotPullContainerError: pull image manifest has been retried")
    assert reason.endswith("image-caption-gen:9.9.9: not found")


def test_a_missing_json_key_is_named(account: Any) -> None:
    account.serve()
    secrets = [{"name": "X", "valueFrom": f"{account.secret}:no_such_key::"}]
    account.deploy("1.1.0", secrets=secrets)
    account.settle()
    (reason,) = reasons(account)
    assert reason.startswith("ResourceInitializationError: unable to pull secrets")
    assert reason.endswith("did not contain json key no_such_key")


def test_a_missing_secret_is_named(account: Any) -> None:
    account.serve()
    gone = account.secret.replace("secrets-local", "nothing")
    account.deploy("1.1.0", secrets=[{"name": "X", "valueFrom": gone}])
    account.settle()
    (reason,) = reasons(account)
    assert "ResourceNotFoundException: Secrets Manager can't find the specified secret." in reason


def test_a_missing_log_group_is_named(account: Any) -> None:
    account.serve()
    logs = {"logDriver": "awslogs", "options": {"awslogs-group": "/nowhere"}}
    account.deploy("1.1.0", logConfiguration=logs)
    account.settle()
    (reason,) = reasons(account)
    assert "The specified log group does not exist" in reason


def test_a_log_group_can_be_made_by_the_driver(account: Any) -> None:
    options = {"awslogs-group": "/new", "awslogs-create-group": "true"}
    account.serve()
    account.deploy("1.1.0", logConfiguration={"logDriver": "awslogs", "options": options})
    account.settle()
    assert account.service.deployment.status == "SUCCESSFUL"
    assert "/new" in account.world.backend("logs").groups


def test_an_image_for_another_processor_ends_with_exec_format_error(account: Any) -> None:
    account.serve()
    account.deploy("1.5.0-arm")
    account.settle()
    task = next(task for task in account.stopped() if task.exit_code == 255)
    assert "exec format error" in task.container_reason
    group, stream = task.stream
    events = account.world.backend("logs").groups[group].streams[stream].events
    assert "exec format error" in events[-1].message


def test_a_stage_that_was_moved_is_what_new_tasks_read(account: Any) -> None:
    backend = account.world.backend("secretsmanager")
    old = next(iter(backend.secrets.get(account.secret).versions))
    backend.put_secret_value(
        account.secret, '{"hf_api_key": "hf_2"}', None, "0" * 32, ["AWSCURRENT"]
    )
    assert launch.secret_value(account.world, f"{account.secret}:hf_api_key::") == "hf_2"
    assert launch.secret_value(account.world, f"{account.secret}:hf_api_key:AWSPREVIOUS:") == "hf_1"
    assert launch.secret_value(account.world, f"{account.secret}:hf_api_key::{old}") == "hf_1"
    backend.update_secret_version_stage(
        secret_id=account.secret,
        version_stage="AWSCURRENT",
        remove_from_version_id="0" * 32,
        move_to_version_id=old,
    )
    assert launch.secret_value(account.world, f"{account.secret}:hf_api_key::") == "hf_1"


def test_a_whole_secret_and_a_parameter_can_be_values(account: Any) -> None:
    assert launch.secret_value(account.world, account.secret) == '{"hf_api_key": "hf_1"}'
    with pytest.raises(launch.CannotStart, match="cannot find the parameter"):
        launch.secret_value(account.world, "/no/such/parameter")


def test_a_tag_that_moves_changes_nothing_for_a_running_deployment(account: Any) -> None:
    service = account.serve("1.0.0")
    registry = account.world.registry
    ecr = account.world.backend("ecr")
    uri = service.primary.revision.definition["containerDefinitions"][0]["image"]
    assert uri.endswith(":1.0.0")
    for image in ecr.repositories[account.world.names.repository].images:
        image.image_tags = [tag for tag in image.image_tags if tag != "1.0.0"]
    assert registry.pull(uri) is None
    service.tasks[0].process.kill()
    account.settle()
    assert {task.image.tag for task in service.tasks} == {"1.0.0"}
