"""Journeys of a rotation: under traffic, failing, undone, and no trace of the value."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from background import opsctl_in_background
from paper_terminal import play
from running import RunningSandbox, until
from traffic import Visitors

pytestmark = pytest.mark.journey

CANARY = "hf_canary_7f3a91c2d4"


def value_file(folder: Path, value: str) -> str:
    path = folder / "value"
    path.write_text(value + "\n")
    path.chmod(0o600)
    return str(path)


def stored(sandbox: RunningSandbox) -> str:
    name = sandbox.found["names"]["secret"]
    return str(sandbox.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])


def rotate(sandbox: RunningSandbox, folder: Path, value: str, *words: str) -> Any:
    source = value_file(folder, value)
    return sandbox.opsctl(
        "secrets", "rotate", "hf", "--value-from", source, "-e", "local", "--yes", *words
    )


def served(sandbox: RunningSandbox, looks: int = 24) -> set[tuple[str, str]]:
    """(task, how its key ends as a fingerprint) of every task behind the load balancer."""
    found = set()
    for _ in range(looks):
        with urllib.request.urlopen(f"{sandbox.app_url}/version", timeout=10) as answer:
            said = json.load(answer)
        found.add((said["task"], said["secret"]))
    return found


def fingerprint(value: str) -> str:
    return sha256(value.encode()).hexdigest()[-4:]


def test_a_rotation_under_traffic_loses_no_request_and_every_task_has_the_new_value(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    before = stored(steady)
    old = json.loads(before)["hf_api_key"]
    with Visitors(f"{steady.app_url}/_stcore/health") as visitors:
        done = rotate(steady, tmp_path, "hf_of_the_journey_0001", "-o", "json")
    assert done.returncode == 0, done.stderr
    assert visitors.failed == {}
    assert visitors.answers["200"] > 50
    assert stored(steady) == before.replace(json.dumps(old), '"hf_of_the_journey_0001"')
    tasks = served(steady)
    assert len({task for task, _ in tasks}) == 2
    assert {said for _, said in tasks} == {fingerprint("hf_of_the_journey_0001")}
    again = rotate(steady, tmp_path, "hf_of_the_journey_0001", "-o", "json")
    assert json.loads(again.stdout)["status"] == "nothing_to_do"
    run = json.loads(done.stdout)["run"]
    undone = steady.opsctl("undo", run, "-e", "local", "--yes")
    assert undone.returncode == 0, undone.stderr
    assert stored(steady) == before
    assert {said for _, said in served(steady)} == {fingerprint(old)}


def test_a_value_with_which_tasks_fail_is_taken_back_and_nobody_notices(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    before = stored(steady)
    with Visitors(f"{steady.app_url}/") as visitors:
        done = rotate(steady, tmp_path, "bad-key-of-the-journey", "-o", "json")
    assert done.returncode in range(20, 30), done.stderr
    assert "taken back" in json.loads(done.stdout)["error"]["message"]
    assert visitors.failed == {}
    assert stored(steady) == before
    assert len(steady.settle()["deployments"]) == 1
    # The alarm on unhealthy hosts rings as long as its metric tells of the tasks that failed.
    cloudwatch = steady.client("cloudwatch")
    until(lambda: not cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"])
    assert steady.opsctl("status", "-e", "local").returncode == 0
    undo = steady.opsctl("undo", "last", "-e", "local", "--yes", "-o", "json")
    assert json.loads(undo.stdout)["status"] == "nothing_to_do"


def test_the_value_is_found_nowhere_but_in_the_secret(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    words = ["secrets", "rotate", "hf", "--value-from", "-", "-e", "local", "--yes", "--debug"]
    process = subprocess.Popen(
        [sys.executable, "-m", "opsctl", *words],
        env=dict(steady.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    shown = [Path(f"/proc/{process.pid}/{it}").read_text() for it in ("cmdline", "environ")]
    output, _ = process.communicate(f"{CANARY}\n", timeout=120)
    assert process.returncode == 0, output
    assert "PutSecretValue" in output, "--debug did show the call"
    failing = rotate(steady, tmp_path, "bad-" + CANARY, "--debug")
    steady.settle()
    shown += [output, failing.stdout, failing.stderr]
    for text in shown:
        assert CANARY not in text
    records = Path(steady.environ["XDG_STATE_HOME"]) / "opsctl"
    files = [it for it in records.rglob("*") if it.is_file() and "sandbox" not in it.parts[-2:]]
    assert any("journal" in str(it) for it in files)
    assert any("crashes" in str(it) for it in files)
    for path in files:
        assert CANARY.encode() not in path.read_bytes(), path
    assert CANARY not in json.dumps(steady.calls())
    listed = steady.opsctl("secrets", "list", "-e", "local", "-o", "json")
    assert CANARY not in listed.stdout
    assert CANARY[-6:] not in listed.stdout


def test_at_a_terminal_the_value_is_typed_once_and_never_seen(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    before = stored(steady)
    typed = "hf_typed_9c1e44ab2d01"
    words = ["opsctl", "secrets", "rotate", "hf", "-e", "local"]
    program = f"import sys; sys.argv = {words}; from opsctl.__main__ import main; main()"
    keys = [
        ("New value of hf:", f"{typed}\r".encode()),
        ("Do this in local?", b"n\r"),
    ]
    played = play(tmp_path, program, keys, **steady.environ)
    assert played.code == 16, played.screen
    assert "21 characters" in played.screen
    assert f"ending in {typed[-4:]}" in played.screen
    assert typed not in played.screen
    assert stored(steady) == before


def test_of_two_rotations_at_once_the_second_is_locked(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    source = value_file(tmp_path, f"hf_two_{time.time_ns()}")
    words = ("secrets", "rotate", "hf", "--value-from", source, "-e", "local", "--yes")
    with ExitStack() as held:
        held.enter_context(steady.no_room_for_new_tasks())
        first = opsctl_in_background(steady, *words)
        try:
            first.wait_for("Follow the deployment")
            second = steady.opsctl("secrets", "rotate", "cognito", "-e", "local", "--yes")
            assert second.returncode == 14, second.stderr
            assert "secrets rotate" in second.stderr
            held.close()
            assert first.end() == 0, first.text
        finally:
            first.kill()


def test_a_pinned_version_is_refused_before_anything_is_written(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    names = steady.found["names"]
    ecs = steady.client("ecs")
    base = ecs.describe_task_definition(taskDefinition=f"{names['family']}:3")["taskDefinition"]
    container = base["containerDefinitions"][0]
    version = steady.client("secretsmanager").describe_secret(SecretId=names["secret"])
    current = next(k for k, v in version["VersionIdsToStages"].items() if "AWSCURRENT" in v)
    for secret in container["secrets"]:
        if secret["name"] == "HF_API_KEY":
            secret["valueFrom"] = secret["valueFrom"].removesuffix("::") + f"::{current}"
    kept = {
        name: base[name]
        for name in ("family", "taskRoleArn", "executionRoleArn", "networkMode", "cpu", "memory")
    }
    made = ecs.register_task_definition(
        **kept,
        runtimePlatform=base["runtimePlatform"],
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=[container],
    )["taskDefinition"]["taskDefinitionArn"]
    place = {"cluster": names["cluster"], "service": names["service"]}
    ecs.update_service(**place, taskDefinition=made)
    steady.settle()
    before = stored(steady)
    done = rotate(steady, tmp_path, "hf_pinned_value_0001")
    assert done.returncode == 13, done.stderr
    assert f"pins version {current}" in done.stderr
    assert stored(steady) == before


def test_the_provider_is_asked_before_anything_is_written(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    before = stored(steady)
    config = tmp_path / "opsctl.toml"
    names = steady.found["names"]
    lines = [f'{key} = "{names[key]}"' for key in ("cluster", "service", "secret")]
    config.write_text(
        '[env.staging]\naccount = "123456789012"\nregion = "us-east-1"\n'
        f'endpoint_url = "{steady.endpoint}"\n'
        'hf_check_url = "http://127.0.0.1:9/whoami"\n' + "\n".join(lines) + "\n"
    )
    keys = {"AWS_ACCESS_KEY_ID": "other", "AWS_SECRET_ACCESS_KEY": "other"}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "opsctl", "secrets", "rotate", "hf", "--check", "--dry-run"),
            *("--value-from", value_file(tmp_path, "hf_checked_value_01"), "-e", "staging"),
        ],
        env={**steady.environ, **keys, "OPSCTL_CONFIG": str(config)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "could not be asked" in done.stdout
    assert stored(steady) == before


def test_cognito_signs_in_at_every_moment_of_a_rotation_with_the_old_secret_too(
    steady: RunningSandbox,
) -> None:
    old = json.loads(stored(steady))["cognito_client_secret"]
    assert sign_in(steady, old)
    rotating = opsctl_in_background(steady, "secrets", "rotate", "cognito", "-e", "local", "--yes")
    try:
        moments = 0
        while "Done in" not in rotating.text and moments < 200:
            assert sign_in(steady, old)
            assert sign_in(steady, json.loads(stored(steady))["cognito_client_secret"])
            moments += 1
            time.sleep(0.2)
        assert rotating.end() == 0, rotating.text
    finally:
        rotating.kill()
    new = json.loads(stored(steady))["cognito_client_secret"]
    assert new != old
    assert sign_in(steady, new)
    third = steady.opsctl("secrets", "rotate", "cognito", "-e", "local", "--yes")
    assert third.returncode == 13
    assert "revoke-old" in third.stderr
    revoke = ["secrets", "revoke-old", "cognito", "-e", "local"]
    assert steady.opsctl(*revoke, "--yes").returncode == 15
    done = steady.opsctl(*revoke, "--confirm", "image-caption-gen-local")
    assert done.returncode == 0, done.stderr
    assert sign_in(steady, new)
    assert not sign_in(steady, old)
    again = steady.opsctl(*revoke, "--confirm", "image-caption-gen-local", "-o", "json")
    assert json.loads(again.stdout)["status"] == "nothing_to_do"


def sign_in(sandbox: RunningSandbox, secret: str) -> bool:
    """Whether alice can sign in by a client that knows this secret."""
    import base64
    import hmac

    names = sandbox.found["names"]
    client = names["user_pool_client"]
    digest = hmac.new(secret.encode(), f"alice{client}".encode(), sha256).digest()
    cognito = sandbox.client("cognito-idp")
    try:
        cognito.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={
                "USERNAME": "alice",
                "PASSWORD": "Sandbox-only-1",
                "SECRET_HASH": base64.b64encode(digest).decode(),
            },
        )
    except cognito.exceptions.NotAuthorizedException:
        return False
    return True


def test_an_access_key_is_rotated_in_three_runs(steady: RunningSandbox, tmp_path: Path) -> None:
    iam = steady.client("iam")
    iam.create_user(UserName="ci")
    first = iam.create_access_key(UserName="ci")["AccessKey"]
    words = ["secrets", "rotate", "access-key", "ci", "-e", "local", "--yes"]
    blind = steady.opsctl(*words)
    assert blind.returncode == 13
    assert "--to FILE" in blind.stderr
    to = tmp_path / "key.ini"
    made = steady.opsctl(*words, "--to", str(to), "-o", "json")
    assert made.returncode == 0, made.stderr
    secret = to.read_text().split("aws_secret_access_key = ")[1].strip()
    assert to.stat().st_mode & 0o077 == 0
    assert secret not in made.stdout + made.stderr
    unused = steady.opsctl(*words)
    assert unused.returncode == 13
    assert "never used" in unused.stderr
    new = json.loads(made.stdout)["result"]["access_key"]
    use(steady, new, secret)
    off = steady.opsctl(*words)
    assert off.returncode == 0, off.stderr
    status = {it["AccessKeyId"]: it["Status"] for it in keys_of(iam)}
    assert status == {first["AccessKeyId"]: "Inactive", new: "Active"}
    assert steady.opsctl("undo", "last", "-e", "local", "--yes").returncode == 0
    assert steady.opsctl(*words).returncode == 0
    gone = steady.opsctl(*words[:-1], "--confirm", first["AccessKeyId"])
    assert gone.returncode == 0, gone.stderr
    assert [it["AccessKeyId"] for it in keys_of(iam)] == [new]


def keys_of(iam: Any) -> list[Any]:
    return list(iam.list_access_keys(UserName="ci")["AccessKeyMetadata"])


def use(sandbox: RunningSandbox, key: str, secret: str) -> None:
    """Calls AWS once with a key, so that IAM notes it."""
    import boto3

    boto3.client(
        "sts",
        endpoint_url=sandbox.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    ).get_caller_identity()
