"""Consumers: who names the secret, and how old their tasks are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from samples import ACCOUNT

from opsctl.aws import Aws
from opsctl.aws.consumers import Consumer, _is_same, _pin
from opsctl.aws.secrets import parse
from opsctl.sandbox.emulator import Emulator

ARN = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:s-AbCdEf"


def test_the_service_names_the_key_it_reads(local: Aws, emulator: Emulator) -> None:
    arn = local.secret_versions.describe(local.target.secret).arn
    found = {it.variable: it for it in local.consumers.of_secret(local.target.cluster, arn)}
    assert found["HF_API_KEY"].key == "hf_api_key"
    assert found["HF_API_KEY"].service == local.target.service
    assert found["HF_API_KEY"].pin == ""
    assert local.consumers.of_secret(local.target.cluster, ARN) == ()


def test_a_consumer_of_the_whole_secret_reads_every_key() -> None:
    assert Consumer("s", "d:1", "app", "ALL", "").reads("hf_api_key")
    assert not Consumer("s", "d:1", "app", "OTHER", "other").reads("hf_api_key")


def test_a_pin_is_a_version_or_another_label() -> None:
    assert _pin(parse(f"{ARN}:k::v-1")) == "v-1"
    assert _pin(parse(f"{ARN}:k:AWSPREVIOUS:")) == "AWSPREVIOUS"
    assert _pin(parse(f"{ARN}:k:AWSCURRENT:")) == ""


def test_a_reference_without_the_random_ending_is_the_same_secret() -> None:
    assert _is_same(ARN, ARN)
    assert _is_same(ARN[:-7], ARN)
    assert not _is_same(ARN[:-9], ARN)


def test_tasks_are_new_when_every_one_was_created_after_the_moment(
    local: Aws, emulator: Emulator
) -> None:
    place = (local.target.cluster, local.target.service)
    emulator.advance(5)
    assert len(local.consumers.alive(*place)) == 2
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    assert local.consumers.created_since(*place, long_ago.isoformat()).done
    later = (emulator.world.clock() + timedelta(days=1)).isoformat()
    seen = local.consumers.renewed(*place, subject={"created": later})
    assert not seen.done
    assert seen.counted == (0, 2)
    assert len(seen.lines) == 2
    with pytest.raises(TypeError):
        local.consumers.renewed(*place)
