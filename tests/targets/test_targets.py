"""A target: one environment with its account, region, names and limits."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from opsctl import errors, targets
from opsctl.targets import Environments, Target, sandbox_file

FILE = """
default_env = "stage"

[env.prod]
account = "123456789012"
region = "eu-west-1"
bucket = "our-images"
user_pool = "eu-west-1_a1B2c3"
deploy_timeout = "15m"

[env.stage]
account = "210987654321"
region = "us-east-1"
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path / "config")}


@pytest.fixture
def known(tmp_path: Path, environ: dict[str, str]) -> Environments:
    (tmp_path / "opsctl.toml").write_text(FILE)
    return targets.load(environ=environ, folder=tmp_path)


@pytest.fixture
def nothing(tmp_path: Path, environ: dict[str, str]) -> Environments:
    return targets.load(environ=environ, folder=tmp_path)


def bring_up_sandbox(environ: dict[str, str]) -> None:
    path = sandbox_file.path(environ)
    path.parent.mkdir(parents=True)
    about = {
        "endpoint": "http://127.0.0.1:4566",
        "app_url": "http://127.0.0.1:8501",
        "account": "000000000001",
        "region": "us-west-2",
        "pid": os.getpid(),
        "names": {"bucket": "sand", "user_pool": "us-west-2_x", "colour": "red"},
    }
    path.write_text(json.dumps(about))


def test_an_account_and_a_region_are_enough(known: Environments) -> None:
    stage = known.resolve("stage")
    assert stage == Target(
        env="stage",
        account="210987654321",
        region="us-east-1",
        cluster="image-caption-gen-cluster-stage",
        service="image-caption-gen-service-stage",
        family="image-caption-gen-stage",
        container="app",
        repository="image-caption-gen",
        log_group="/ecs/image-caption-gen-stage",
        secret="image-caption-gen-secrets-stage",
        table="image_captions",
        bucket="image-caption-gen-stage-210987654321",
        user_pool="",
        user_pool_client="",
        alarm_prefix="image-caption-gen-",
        alarm_suffix="-stage",
        key_prefix="images/{user_id}/",
        blocked_ips="blocked-ips",
        blocked_ips_v6="blocked-ips-v6",
        app_url="",
        dashboard="image-caption-gen-stage",
    )


def test_the_file_overrides_a_default(known: Environments) -> None:
    prod = known.resolve("prod")
    assert (prod.bucket, prod.user_pool) == ("our-images", "eu-west-1_a1B2c3")
    assert prod.deploy_timeout == 900.0


def test_production_is_protected_without_saying_so(known: Environments) -> None:
    assert known.resolve("prod").protected
    assert not known.resolve("stage").protected


def test_the_word_comes_before_the_variable_and_the_variable_before_the_file(
    known: Environments,
) -> None:
    with_variable = dataclasses.replace(known, environ={**known.environ, "OPSCTL_ENV": "prod"})
    assert with_variable.choose("local").source == "--env"
    assert with_variable.choose().value == "prod"
    assert with_variable.choose().source == "$OPSCTL_ENV"
    assert known.choose().value == "stage"
    assert known.choose().source.endswith("opsctl.toml:2")


def test_only_the_word_makes_a_target_explicit(known: Environments) -> None:
    assert known.resolve("stage").explicit
    assert not known.resolve().explicit


def test_without_any_choice_the_environments_are_listed(nothing: Environments) -> None:
    with pytest.raises(errors.UsageProblem, match="Which environment") as raised:
        nothing.choose()
    assert raised.value.hint == "Add -e local"


def test_an_unknown_environment_is_a_usage_problem_with_a_suggestion(known: Environments) -> None:
    with pytest.raises(errors.UsageProblem, match="prd; did you mean prod") as raised:
        known.choose("prd")
    assert raised.value.hint == "There are: prod, stage, local"


def test_a_variable_that_names_no_environment_is_bad_config(known: Environments) -> None:
    wrong = dataclasses.replace(known, environ={"OPSCTL_ENV": "stge"})
    with pytest.raises(errors.BadConfig, match=r"\$OPSCTL_ENV .* did you mean stage"):
        wrong.choose()


def test_local_always_exists_and_needs_no_running_sandbox(nothing: Environments) -> None:
    local = nothing.resolve("local")
    assert nothing.environments == ["local"]
    assert local.is_sandbox
    assert (local.endpoint_url, local.account) == ("", "123456789012")
    assert local.bucket == "image-caption-gen-local-123456789012"


def test_a_running_sandbox_gives_its_endpoint_and_its_names(
    nothing: Environments, environ: dict[str, str]
) -> None:
    bring_up_sandbox(environ)
    local = nothing.resolve("local")
    assert local.endpoint_url == "http://127.0.0.1:4566"
    assert local.app_url == "http://127.0.0.1:8501"
    assert (local.account, local.region) == ("000000000001", "us-west-2")
    assert (local.bucket, local.user_pool) == ("sand", "us-west-2_x")
    assert local.cluster == "image-caption-gen-cluster-local"


def test_every_value_has_a_source(known: Environments) -> None:
    settings = {setting.name: setting for setting in known.settings("prod")}
    names = [f.name for f in dataclasses.fields(Target) if f.name != "explicit"]
    assert list(settings) == names
    assert settings["env"].source == "--env"
    assert settings["bucket"].source.endswith("opsctl.toml:7")
    assert settings["cluster"].source == "default"
    assert settings["protected"].source == "always so in prod"


def test_the_sources_of_the_sandbox_say_whether_it_runs(
    nothing: Environments, environ: dict[str, str]
) -> None:
    def source(name: str) -> str:
        return next(it.source for it in nothing.settings("local") if it.name == name)

    assert source("endpoint_url") == "the sandbox, which is not running"
    bring_up_sandbox(environ)
    assert source("endpoint_url") == str(sandbox_file.path(environ))
    assert source("cluster") == "default"


def test_resolving_a_name_from_a_file_is_the_only_thing_that_needs_msgspec(tmp_path: Path) -> None:
    code = (
        "import sys; from opsctl import targets; from pathlib import Path;"
        f"targets.load(environ={{'XDG_CONFIG_HOME': {str(tmp_path)!r}}},"
        f"folder=Path({str(tmp_path)!r})).resolve('local');"
        "print([m for m in ('msgspec', 'tomllib', 'botocore') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
