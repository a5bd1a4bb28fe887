"""Who opsctl is at AWS: profiles, roles and codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.credentials import session_name
from opsctl.targets import Target

ROLE = "arn:aws:iam::123456789012:role/operator"
DEVICE = "arn:aws:iam::123456789012:mfa/ana"
PROFILES = f"""
[profile plain]
region = eu-west-1
[profile role]
role_arn = {ROLE}
source_profile = plain
mfa_serial = {DEVICE}
"""
KEYS = """
[plain]
aws_access_key_id = AKIAPLAIN
aws_secret_access_key = plain
"""


@pytest.fixture
def home(no_user_files: Path) -> Path:
    """A home with a plain profile, and one whose role wants a code."""
    folder = no_user_files / ".aws"
    folder.mkdir()
    (folder / "config").write_text(PROFILES)
    (folder / "credentials").write_text(KEYS)
    return folder


def with_changes(target: Target, **changes: Any) -> Target:
    return Target(**{**vars(target), **changes})


class Asked:
    """Answers every question for a code, and remembers the devices."""

    def __init__(self) -> None:
        self.devices: list[str] = []

    def __call__(self, serial: str) -> str:
        self.devices.append(serial)
        return "123456"


@mock_aws
def test_a_role_of_the_target_is_assumed_under_the_operators_name(
    home: Path, target: Target
) -> None:
    aws = Aws(with_changes(target, profile="plain", role_arn=ROLE))
    assert aws.sts.caller().arn == (
        f"arn:aws:sts::123456789012:assumed-role/operator/{session_name()}"
    )
    assert [it.operation for it in aws.requests] == ["AssumeRole", "GetCallerIdentity"]


@mock_aws
def test_a_code_is_asked_for_once_and_shared_with_the_next_command(
    home: Path, target: Target
) -> None:
    target = with_changes(target, profile="plain", role_arn=ROLE, mfa_serial=DEVICE)
    asked = Asked()
    Aws(target, ask_mfa=asked).sts.caller()
    second = Aws(target, ask_mfa=asked)
    second.sts.caller()
    assert asked.devices == [DEVICE]
    assert [it.operation for it in second.requests] == ["GetCallerIdentity"]
    (cached,) = (home / "cli" / "cache").iterdir()
    assert cached.stat().st_mode & 0o777 == 0o600


@mock_aws
def test_a_code_for_a_role_of_the_profile_is_asked_for_in_the_same_way(
    home: Path, target: Target
) -> None:
    asked = Asked()
    caller = Aws(with_changes(target, profile="role"), ask_mfa=asked).sts.caller()
    assert asked.devices == [DEVICE]
    assert ":assumed-role/operator/" in caller.arn


@mock_aws
def test_reads_in_threads_ask_for_one_code_and_before_they_start(
    home: Path, target: Target
) -> None:
    import threading

    threads: list[str] = []

    def ask(_serial: str) -> str:
        threads.append(threading.current_thread().name)
        return "123456"

    aws = Aws(with_changes(target, profile="role"), ask_mfa=ask)
    aws.at_once(aws.sts.caller, lambda: aws.client("s3").list_buckets())
    assert threads == ["MainThread"]


def test_without_anybody_to_ask_the_command_is_named_that_signs_in(
    home: Path, target: Target
) -> None:
    with pytest.raises(errors.NeedsAnswer, match=DEVICE) as raised:
        Aws(with_changes(target, profile="role")).sts.caller()
    assert "aws sts get-caller-identity --profile role" in raised.value.hint


def test_an_unknown_profile_lists_those_there_are(home: Path, target: Target) -> None:
    with pytest.raises(errors.NoAccess, match="no AWS profile called prodd") as raised:
        Aws(with_changes(target, profile="prodd")).sts.caller()
    assert raised.value.hint == "There are: plain, role"


def test_an_empty_profile_variable_is_told(
    no_user_files: Path, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "")
    with pytest.raises(errors.NoAccess, match="set, but empty") as raised:
        Aws(target).sts.caller()
    assert raised.value.hint == "unset AWS_PROFILE"


def test_no_credentials_at_all_says_what_to_set(no_user_files: Path, target: Target) -> None:
    with pytest.raises(errors.NoAccess, match="There are no AWS credentials") as raised:
        Aws(target).sts.caller()
    assert "AWS_PROFILE" in raised.value.hint
    assert "aws configure sso" in raised.value.hint


def test_a_role_without_credentials_to_start_from_says_so(
    no_user_files: Path, target: Target
) -> None:
    with pytest.raises(errors.NoAccess, match="There are no AWS credentials"):
        Aws(with_changes(target, role_arn=ROLE)).sts.caller()


def test_an_sso_session_that_was_never_begun_names_the_command(home: Path, target: Target) -> None:
    with (home / "config").open("a") as config:
        config.write(
            "[sso-session us]\nsso_region=us-east-1\nsso_start_url=https://x.awsapps.com/start\n"
            "sso_registration_scopes=sso:account:access\n"
            "[profile sso]\nsso_session=us\nsso_account_id=123456789012\nsso_role_name=ops\n"
        )
    with pytest.raises(errors.NoAccess, match="SSO session") as raised:
        Aws(with_changes(target, profile="sso")).sts.caller()
    assert raised.value.hint == "aws sso login --profile sso"


def test_a_broken_config_of_aws_is_bad_config(home: Path, target: Target) -> None:
    (home / "config").write_text("not a section\n")
    with pytest.raises(errors.BadConfig, match="Unable to parse config file"):
        Aws(target).sts.caller()


def test_the_sandbox_never_reads_the_operators_profile_or_keys(
    home: Path, target: Target, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    told.answer(200, json.dumps({"clusterArns": []}))
    sandbox = with_changes(target, env="local", endpoint_url=told.url)
    client = Aws(sandbox).client("ecs")
    assert client.list_clusters()["clusterArns"] == []
    assert client._request_signer._credentials.access_key == "sandbox"


def test_a_session_name_is_one_that_aws_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "Ana María\\CORP" + "x" * 80)
    name = session_name()
    assert name.startswith("opsctl-Ana-Mar-a-CORPxx")
    assert len(name) == 64
