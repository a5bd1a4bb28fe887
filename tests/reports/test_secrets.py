"""Secrets listed: ages, readers, and tasks with a former value; never a value."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from opsctl.aws import Aws
from opsctl.reports import secrets
from opsctl.sandbox.emulator import Emulator
from opsctl.terminal.json_output import plain


@pytest.fixture(scope="module")
def whole(local: Aws, emulator: Emulator) -> Aws:
    """The door to the emulator, with a pool and a client in its configuration."""
    emulator.advance(5)
    names = emulator.world.names
    return Aws(
        replace(local.target, user_pool=names.user_pool, user_pool_client=names.user_pool_client)
    )


def test_each_key_has_an_age_a_name_and_its_readers(whole: Aws) -> None:
    found = secrets.gather(whole)
    key = next(it for it in found.keys if it.name == "hf_api_key")
    assert (key.called, key.sure) == ("hf", True)
    assert [it.variable for it in key.consumers] == ["HF_API_KEY"]
    assert key.tasks == 2
    assert len(found.client_secrets) == 1


def test_no_value_is_in_it(whole: Aws) -> None:
    text = json.dumps(plain(secrets.gather(whole))) + repr(secrets.gather(whole))
    assert "hf_sandbox" not in text


def test_tasks_older_than_the_value_run_with_a_former_one(whole: Aws, emulator: Emulator) -> None:
    client = whole.client("secretsmanager")
    name = whole.target.secret
    text = client.get_secret_value(SecretId=name)["SecretString"]
    emulator.advance(3)
    with whole.changing():
        client.put_secret_value(
            SecretId=name, SecretString=text.replace("hf_sandbox_0001", "hf_sandbox_0002")
        )
    found = {it.name: it for it in secrets.gather(whole).keys}
    hf = found["hf_api_key"]
    assert hf.since is not None
    newest = max(it.created for it in secrets.gather(whole).secret.versions)
    assert hf.since == newest
    other = found["sagemaker_endpoint"].since
    assert other is not None
    assert other <= newest


def test_a_client_that_cannot_be_read_is_said_and_the_rest_still_shown(whole: Aws) -> None:
    strange = Aws(replace(whole.target, user_pool_client="no-such-client"))
    found = secrets.gather(strange)
    assert found.keys
    assert found.client_problem


def test_without_a_client_in_the_configuration_none_is_asked(local: Aws) -> None:
    found = secrets.gather(Aws(replace(local.target, user_pool="", user_pool_client="")))
    assert (found.client_secrets, found.client_problem) == ((), "")
