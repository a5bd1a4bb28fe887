"""opsctl.toml: where it is looked for, and what it says."""

from pathlib import Path

import pytest

from opsctl import errors
from opsctl.targets import config_file

WORKING = """
default_env = "prod"

[env.prod]
account = "123456789012"
region = "eu-west-1"
deploy_timeout = "15m"

[env."stage"]
account = "123456789012"
region = "us-gov-west-1"
"""


def write(folder: Path, text: str = WORKING) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "opsctl.toml"
    path.write_text(text)
    return path


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(errors.BadConfig) as raised:
        config_file.read(write(folder, text))
    return raised.value.message


def environment(*lines: str) -> str:
    return "\n".join(
        ["[env.stage]", 'account = "123456789012"', 'region = "eu-west-1"', *lines, ""]
    )


def test_a_working_file_is_an_account_and_a_region(tmp_path: Path) -> None:
    file = config_file.read(write(tmp_path))
    assert file.default_env == "prod"
    assert list(file.environments) == ["prod", "stage"]
    assert file.environments["prod"]["deploy_timeout"] == 900.0
    assert file.place("env", "prod", "region") == f"{file.path}:6"
    assert file.place("env", "stage") == f"{file.path}:9"


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    told = complaint(
        tmp_path,
        "colour = 1\n[env.stage]\naccount = 123456789012\nbuckt = 'x'\nmax_tasks = 5000\n",
    ).splitlines()
    path = tmp_path / "opsctl.toml"
    assert told == [
        f"{path}:1: colour: unknown key",
        f'{path}:2: env.stage.region: missing: expected a region in quotes, like "eu-west-1"',
        f"{path}:3: env.stage.account: expected twelve digits in quotes, like "
        f'"123456789012", got the number 123456789012',
        f"{path}:4: env.stage.buckt: unknown key; did you mean bucket?",
        f"{path}:5: env.stage.max_tasks: expected a whole number from 1 to 1000, "
        "got the number 5000",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("protected = 'yes'", "expected true or false, got 'yes'"),
        ("deploy_timeout = '20'", "expected a duration like 90s"),
        ("deploy_timeout = 20", "expected a duration like 90s"),
        ("app_url = 'captions.example.com'", "expected an address in quotes"),
        ("state = 's3://b'", 'like "s3://our-ops/opsctl"'),
        ("state = '/var/lib'", 'like "s3://our-ops/opsctl"'),
        ("key_prefix = 'images/'", "holds {user_id}"),
        ("key_prefix = 'images/{user_id}'", 'ends in "/"'),
        ("health_path = 'health'", "expected a path"),
        ("role_arn = 'operator'", "expected a role"),
        ("user_pool = 'users'", "expected a pool id"),
        ("mfa_serial = 'arn:aws:iam::1:mfa/ana'", "needs role_arn"),
        ("cluster = ''", "expected a name"),
        ("cluster = ['a']", "got the list ['a']"),
        ("cluster = { a = 1 }", "got a table"),
        ("danger = 'none'", "unknown key"),
        ("confirm = false", "unknown key"),
    ],
)
def test_a_value_of_another_form_is_refused_with_the_expected_one(
    tmp_path: Path, line: str, words: str
) -> None:
    told = complaint(tmp_path, environment(line))
    assert f"opsctl.toml:4: env.stage.{line.partition(' ')[0]}: " in told
    assert words in told


def test_no_file_lowers_the_protection_of_production(tmp_path: Path) -> None:
    text = environment("protected = false").replace("stage", "prod")
    assert "prod is always protected" in complaint(tmp_path, text)
    stage = config_file.read(write(tmp_path, environment("protected = false")))
    assert stage.environments["stage"]["protected"] is False


def test_the_sandbox_cannot_be_configured(tmp_path: Path) -> None:
    assert "local is the sandbox" in complaint(tmp_path, "[env.local]\nregion = 'x'\n")


@pytest.mark.parametrize("name", ["Prod", "'a/b'", "1st", "x" * 40])
def test_the_name_of_an_environment_is_plain(tmp_path: Path, name: str) -> None:
    text = environment().replace("stage", name)
    assert "a name is at most 31 small letters" in complaint(tmp_path, text)


def test_a_default_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    told = complaint(tmp_path, 'default_env = "stagee"\n' + environment())
    assert told.endswith("opsctl.toml:1: default_env: no environment stagee; did you mean stage?")
    assert config_file.read(write(tmp_path, 'default_env = "local"\n')).default_env == "local"


@pytest.mark.parametrize("text", ["env = 1", "env = []", "[env]\nprod = 'x'", "default_env = 1"])
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    assert "expected" in complaint(tmp_path, text)


def test_an_account_without_quotes_that_loses_its_zero_is_explained(tmp_path: Path) -> None:
    with pytest.raises(errors.BadConfig) as raised:
        config_file.read(write(tmp_path, "[env.stage]\naccount = 012345678901\n"))
    assert ":2: " in raised.value.message
    assert raised.value.hint == 'An account is written in quotes: account = "012345678901"'


def test_what_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(errors.BadConfig, match=r"opsctl\.toml:2: "):
        config_file.read(write(tmp_path, "default_env = 'x'\n[env"))
    (tmp_path / "opsctl.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(errors.BadConfig, match="cannot be read"):
        config_file.read(tmp_path / "opsctl.toml")


def test_an_empty_file_has_no_environments(tmp_path: Path) -> None:
    assert config_file.read(write(tmp_path, "")).environments == {}


def test_a_named_file_comes_first_then_the_variable(tmp_path: Path) -> None:
    named, variable, near = (write(tmp_path / name) for name in ("named", "variable", "near"))
    environ = {"OPSCTL_CONFIG": str(variable)}
    assert config_file.find(named, environ, near.parent) == named
    assert config_file.find(None, environ, near.parent) == variable
    assert config_file.find(None, {}, near.parent) == near


def test_the_search_climbs_to_the_root_of_the_repository_and_no_further(tmp_path: Path) -> None:
    outside = write(tmp_path)
    repository = tmp_path / "repository"
    deep = repository / "infra" / "terraform"
    deep.mkdir(parents=True)
    (repository / ".git").mkdir()
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert config_file.find(None, environ, deep) is None
    at_home = write(tmp_path / "config" / "opsctl")
    assert config_file.find(None, environ, deep) == at_home
    at_root = write(repository)
    assert config_file.find(None, environ, deep) == at_root
    assert outside.exists()


def test_outside_a_repository_only_the_folder_itself_counts(tmp_path: Path) -> None:
    write(tmp_path)
    below = tmp_path / "below"
    below.mkdir()
    assert config_file.find(None, {"XDG_CONFIG_HOME": str(below)}, below) is None
    assert config_file.find(None, {"XDG_CONFIG_HOME": str(below)}, tmp_path) is not None


@pytest.mark.parametrize("who", ["--config", "$OPSCTL_CONFIG"])
def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path, who: str) -> None:
    missing = tmp_path / "missing.toml"
    config = missing if who == "--config" else None
    environ = {} if config else {"OPSCTL_CONFIG": str(missing)}
    write(tmp_path)
    with pytest.raises(errors.BadConfig) as raised:
        config_file.find(config, environ, tmp_path)
    assert raised.value.message.startswith(f"{who} names {missing}")


def test_the_ranges_never_to_block_are_networks_in_their_one_written_form(tmp_path: Path) -> None:
    text = environment('never_block = ["203.0.113.7", "2001:DB8::/32"]')
    found = config_file.read(write(tmp_path, text)).environments["stage"]
    assert found["never_block"] == ("203.0.113.7/32", "2001:db8::/32")


@pytest.mark.parametrize("written", ["office", "203.0.113.7/24", "300.1.1.1"])
def test_a_range_that_is_none_is_told_with_its_line(tmp_path: Path, written: str) -> None:
    said = complaint(tmp_path, environment(f'never_block = ["{written}"]'))
    assert "opsctl.toml:4: env.stage.never_block: expected a list of addresses" in said


def test_the_keys_of_the_secret_get_names_beside_the_usual_ones() -> None:
    text = (
        '[env.stage]\naccount = "123456789012"\nregion = "eu-west-1"\n'
        '[env.stage.secret_keys]\nhf = "huggingface"\nopenai = "openai_key"\n'
    )
    table = config_file.check(text, Path("opsctl.toml")).environments["stage"]
    assert table["secret_keys"] == (
        "hf=huggingface",
        "cognito=cognito_client_secret",
        "openai=openai_key",
    )


def test_the_age_of_a_backup_is_a_duration(tmp_path: Path) -> None:
    file = config_file.read(write(tmp_path, environment('backup_age = "12h"')))
    assert file.environments["stage"]["backup_age"] == 43200.0
    assert "a duration like" in complaint(tmp_path, environment('backup_age = "old"'))


def test_a_runbook_above_the_environments_counts_for_those_without_one() -> None:
    text = (
        'runbook = "ops/RUNBOOK.md"\n'
        '[env.stage]\naccount = "123456789012"\nregion = "eu-west-1"\n'
        '[env.prod]\naccount = "123456789012"\nregion = "eu-west-1"\nrunbook = "PROD.md"\n'
    )
    file = config_file.check(text, Path("/etc/opsctl.toml"))
    assert file.runbook == "ops/RUNBOOK.md"
    placed = {
        name: config_file.placed(table, file.path)["runbook"]
        for name, table in file.environments.items()
    }
    assert placed == {"stage": "/etc/ops/RUNBOOK.md", "prod": "/etc/PROD.md"}


@pytest.mark.parametrize("written", ['""', "7", '["RUNBOOK.md"]'])
def test_a_runbook_that_is_no_file_is_told_with_its_line(tmp_path: Path, written: str) -> None:
    said = complaint(tmp_path, f"runbook = {written}\n{environment('')}")
    assert "opsctl.toml:1: runbook: expected a file in quotes" in said
