"""Config: values with their sources, and the opsctl.toml of a new target."""

from pathlib import Path

import pytest
from moto import mock_aws

from opsctl import errors, targets
from opsctl.reports import config
from opsctl.reports.config import Answers
from opsctl.targets import config_file

MINIMAL = Answers("stage", "012345678901", "eu-west-1")
FULL = Answers(
    name="prod",
    account="123456789012",
    region="us-east-1",
    profile='o"ps\\team é',
    bucket="our-images",
    user_pool="us-east-1_a1B2",
    user_pool_client="c1",
    app_url="https://captions.example.com",
)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "opsctl.toml"
    config.write(FULL, path)
    prod = targets.load(path, environ={}).resolve()
    assert (prod.env, prod.account, prod.region) == ("prod", "123456789012", "us-east-1")
    assert (prod.profile, prod.bucket) == ('o"ps\\team é', "our-images")
    assert (prod.user_pool, prod.user_pool_client) == ("us-east-1_a1B2", "c1")
    assert prod.app_url == "https://captions.example.com"


def test_what_was_not_said_stays_a_comment_that_is_itself_valid(tmp_path: Path) -> None:
    path = tmp_path / "opsctl.toml"
    assert set(config.write(MINIMAL, path).environments["stage"]) == {"account", "region"}
    commented = [line for line in path.read_text().splitlines() if line.startswith("# state")]
    uncommented = path.read_text().replace(commented[0], commented[0].removeprefix("# "))
    assert config_file.check(uncommented, path).environments["stage"]["state"]


def test_a_file_that_exists_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "opsctl.toml"
    path.write_text("mine")
    for refuses in (lambda: config.write(MINIMAL, path), lambda: config.check_free(path)):
        with pytest.raises(errors.Forbidden, match="exists"):
            refuses()
    assert path.read_text() == "mine"


def test_a_wrong_answer_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "opsctl.toml"
    with pytest.raises(errors.BadConfig, match="twelve digits"):
        config.write(Answers("prod", "123", "eu-west-1"), path)
    assert not path.exists()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.Forbidden, match="cannot be written"):
        config.write(MINIMAL, tmp_path / "missing" / "opsctl.toml")


def test_the_path_is_the_file_that_counts(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "home")}
    with pytest.raises(errors.NotFound) as raised:
        config.path(None, environ, tmp_path)
    assert str(tmp_path / "opsctl.toml") in raised.value.message
    assert str(tmp_path / "home" / "opsctl" / "opsctl.toml") in raised.value.message
    config.write(MINIMAL, tmp_path / "opsctl.toml")
    assert config.path(None, environ, tmp_path) == tmp_path / "opsctl.toml"


def test_show_answers_the_file_the_environments_and_every_value(tmp_path: Path) -> None:
    config.write(MINIMAL, tmp_path / "opsctl.toml")
    known = targets.load(environ={}, folder=tmp_path)
    shown = config.show(known, None)
    assert shown.file == str(tmp_path / "opsctl.toml")
    assert shown.environments == ("stage", "local")
    assert {setting.name: setting.value for setting in shown.settings}["account"] == "012345678901"
    assert config.show(known, "local").settings != shown.settings


@mock_aws
def test_the_account_is_asked_what_it_holds() -> None:
    import boto3

    boto3.client("s3", "us-east-1").create_bucket(Bucket="images")
    boto3.client("cognito-idp", "us-east-1").create_user_pool(PoolName="users")
    found = config.choices("prod", "us-east-1", "")
    assert (found.account, found.buckets) == ("123456789012", ("images",))
    assert [name for _pool, name in found.user_pools] == ["users"]


def test_without_credentials_there_is_nothing_to_choose_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config.choices("prod", "us-east-1", "no-such-profile") == config.Choices()
