"""What AWS and botocore refuse, in opsctl's words."""

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl import errors
from opsctl.aws import Aws, failures
from opsctl.aws.gateway import Gateway
from opsctl.targets import Target, default_names

ACCOUNT = "123456789012"
SANDBOX = Target(
    env="local",
    account=ACCOUNT,
    region="us-east-1",
    endpoint_url="http://127.0.0.1:9",
    **default_names("local", ACCOUNT),
)


class Clusters(Gateway):
    """A gateway for these tests."""

    def all(self) -> list[str]:
        found: list[str] = self.aws.client("ecs").list_clusters()["clusterArns"]
        return found

    def delete(self, name: str) -> None:
        self.aws.client("ecs").delete_cluster(cluster=name)


def refusal(code: str, message: str = "no", status: int = 400, **about: Any) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "req-9", **about},
    }
    return ClientError(answer, "UpdateService")


def translated(code: str, message: str = "no", **words: Any) -> errors.OpsctlError:
    known = ("caller_arn", "target", "command")
    about = {key: words.pop(key) for key in known if key in words}
    return failures.translate(refusal(code, message, **words), operation="ecs.x", **about)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDeniedException", errors.NoAccess),
        ("AccessDenied", errors.NoAccess),
        ("ExpiredTokenException", errors.NoAccess),
        ("UnrecognizedClientException", errors.NoAccess),
        ("RequestTimeTooSkewed", errors.NoAccess),
        ("ClusterNotFoundException", errors.NotFound),
        ("ResourceNotFoundException", errors.NotFound),
        ("NoSuchBucket", errors.NotFound),
        ("WAFNonexistentItemException", errors.NotFound),
        ("404", errors.NotFound),
        ("ThrottlingException", errors.Unreachable),
        ("TooManyRequestsException", errors.Unreachable),
        ("ProvisionedThroughputExceededException", errors.Unreachable),
        ("SlowDown", errors.Unreachable),
        ("ConditionalCheckFailedException", errors.FactsChanged),
        ("ConcurrentUpdateException", errors.FactsChanged),
        ("WAFOptimisticLockException", errors.FactsChanged),
        ("PreconditionFailed", errors.FactsChanged),
        ("PermanentRedirect", errors.BadConfig),
        ("InvalidParameterException", failures.Rejected),
        ("NotAuthorizedException", failures.Rejected),
    ],
)
def test_a_code_of_aws_becomes_an_error_of_opsctl(
    code: str, kind: type[errors.OpsctlError]
) -> None:
    failure = translated(code)
    assert type(failure) is kind
    assert failures.aws_code(failure) == code
    assert failures.request_id(failure) == "req-9"
    assert "req-9" in failure.message


def test_a_server_error_says_that_aws_failed() -> None:
    failure = translated("InternalFailure", status=500)
    assert isinstance(failure, errors.Unreachable)
    assert "AWS failed to answer (500 InternalFailure)" in failure.message


def test_a_change_that_ended_in_a_server_error_may_have_been_done() -> None:
    failure = translated("InternalFailure", status=500, Mutating=True)
    assert failures.maybe_done(failure)
    assert "it may have been done all the same" in failure.message
    assert not failures.maybe_done(translated("InternalFailure", status=500))
    assert not failures.maybe_done(translated("AccessDenied", Mutating=True))


def test_a_server_error_of_the_sandbox_keeps_its_html_to_itself() -> None:
    failure = translated("500", "<html>\n<p>very long", status=500, target=SANDBOX)
    assert "the sandbox failed to answer" in failure.message
    assert "very long" not in failure.message
    assert failure.hint == "opsctl sandbox status"


def test_throttling_says_after_how_many_attempts() -> None:
    assert "after 4 attempts" in translated("ThrottlingException", RetryAttempts=3).message


def test_denied_names_principal_action_resource_and_why() -> None:
    failure = translated(
        "AccessDeniedException",
        "User: arn:aws:sts::123456789012:assumed-role/dev/ana is not authorized to perform: "
        "ecs:UpdateService on resource: arn:aws:ecs:eu-west-1:123456789012:service/c/s "
        "with an explicit deny in a service control policy",
    )
    assert failure.message == (
        "arn:aws:sts::123456789012:assumed-role/dev/ana may not ecs:UpdateService on "
        "arn:aws:ecs:eu-west-1:123456789012:service/c/s, with an explicit deny in a service "
        "control policy (request req-9)"
    )
    assert "ecs:UpdateService" in failure.hint


def test_denied_without_a_reason_still_names_action_and_caller() -> None:
    failure = translated(
        "403", "Forbidden", Operation="s3:HeadBucket", caller_arn="arn:aws:iam::1:user/ana"
    )
    assert failure.message.startswith("arn:aws:iam::1:user/ana may not s3:ListBucket")


@pytest.mark.parametrize(
    "message",
    [
        "Signature expired: 20261123T185501Z is now earlier than 20261123T190001Z",
        "Signature not yet current: 20261123T185501Z is still later than",
    ],
)
def test_a_wrong_clock_is_recognised_by_the_words(message: str) -> None:
    failure = translated("InvalidSignatureException", message)
    assert "AWS refuses the time of this machine" in failure.message
    assert "clock" in failure.hint


def test_a_sign_in_is_renewed_for_the_profile_of_the_target(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "ops")
    failure = translated("ExpiredToken", target=target)
    assert failure.hint == "aws sso login --profile ops"


def test_a_gateway_answers_with_opsctl_errors_that_know_the_operation(
    at_told: Callable[..., Aws], told: Any
) -> None:
    told.answer(400, json.dumps({"__type": "AccessDeniedException"}))
    with pytest.raises(errors.NoAccess, match="may not ecs:ListClusters") as raised:
        Clusters(at_told()).all()
    assert failures.request_id(raised.value) == "req-1"


def test_throttled_out_means_four_attempts(at_told: Callable[..., Aws], told: Any) -> None:
    told.answer(400, json.dumps({"__type": "ThrottlingException", "message": "Rate exceeded"}))
    with pytest.raises(errors.Unreachable, match="after 4 attempts: ThrottlingException"):
        Clusters(at_told()).all()
    assert len(told.seen) == 4


def free_port() -> int:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return int(it.getsockname()[1])


def test_a_sandbox_that_is_gone_says_how_to_bring_it_up() -> None:
    gone = Target(**{**vars(SANDBOX), "endpoint_url": f"http://127.0.0.1:{free_port()}"})
    with pytest.raises(errors.Unreachable, match="the sandbox does not answer") as raised:
        Clusters(Aws(gone)).all()
    assert raised.value.hint == "opsctl sandbox up"


def test_a_sandbox_that_never_ran_says_the_same() -> None:
    never = Target(**{**vars(SANDBOX), "endpoint_url": ""})
    with pytest.raises(errors.Unreachable, match="not running") as raised:
        Clusters(Aws(never)).all()
    assert raised.value.hint == "opsctl sandbox up"


def test_a_change_that_got_no_answer_may_have_been_done(
    at_told: Callable[..., Aws], told: Any
) -> None:
    from botocore.exceptions import ReadTimeoutError

    error = ReadTimeoutError(endpoint_url="https://ecs.eu-west-1.amazonaws.com")
    vars(error).update(operation="ecs:UpdateService", mutating=True)
    failure = failures.translate(error, operation="ecs.x")
    assert isinstance(failure, errors.Unreachable)
    assert failure.message.startswith("ecs:UpdateService: AWS does not answer: Read timeout")
    assert failure.message.endswith("it may have been done all the same")


def test_a_region_that_does_not_exist_is_suspected(target: Target) -> None:
    from botocore.exceptions import EndpointConnectionError

    error = EndpointConnectionError(endpoint_url="https://ecs.eu-west-9.amazonaws.com")
    failure = failures.translate(error, operation="ecs.x", target=target)
    assert "eu-west-1 is a region" in failure.hint


def test_parameters_that_do_not_fit_are_named(aws: Aws) -> None:
    with pytest.raises(Exception) as raised:
        aws.client("ecs").describe_services(cluster=1, servces=["x"])
    failure = failures.translate(raised.value, operation="ecs.services")
    assert isinstance(failure, failures.Rejected)
    assert failure.message == (
        "ecs.services: Missing required parameter services; Unknown parameter servces; "
        "Invalid type for parameter cluster"
    )


@pytest.mark.parametrize(
    ("command", "words"), [("scale count", "'scale count'"), ("restart", "restart")]
)
def test_a_refusal_names_the_policy_of_the_whole_command(command: str, words: str) -> None:
    failure = translated("AccessDenied", command=command, target=SANDBOX)
    assert failure.hint.endswith(f"All that it needs: opsctl iam policy {words} --env local")
    assert "opsctl iam policy" not in translated("AccessDenied", target=SANDBOX).hint
