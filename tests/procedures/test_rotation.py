"""What rotations share: readers named, refusals with reasons, a restart that is proven."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rotations import consumer, rotation_facts, secret

from opsctl.plan import Do, Wait
from opsctl.procedures import rotation


def reasons(**changes: Any) -> str:
    facts = replace(rotation_facts(), secret=secret(**changes))
    return " ".join(it.reason for it in rotation.refusals(facts))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"deleted": "2026-12-01"}, "marked for deletion"),
        ({"rotation": True}, "managed rotation"),
        ({"owner": "rds"}, "belongs to rds"),
        ({"primary": "eu-north-1"}, "written in eu-north-1"),
    ],
)
def test_a_secret_that_is_not_ours_to_write_is_refused(changes: Any, words: str) -> None:
    assert words in reasons(**changes)


def test_a_secret_that_can_be_written_is_not_refused() -> None:
    assert reasons() == ""


def test_a_problem_of_the_key_is_a_refusal_with_what_to_look_at() -> None:
    (it,) = rotation.refusals(replace(rotation_facts(), problem="its value is not JSON"))
    assert "not JSON" in it.reason
    assert "secrets list" in it.hint


def test_a_pinned_version_is_refused_by_name() -> None:
    facts = rotation_facts(consumers=(consumer(pin="v-0"),))
    (it,) = rotation.refusals(facts)
    assert "pins version v-0" in it.reason


def test_the_restart_ends_with_the_proof_that_every_task_is_new() -> None:
    steps = rotation.restarting("prod", rotation_facts(), 60).steps
    assert [type(it) for it in steps] == [Do, Wait, Wait]
    proof = steps[-1]
    assert isinstance(proof, Wait)
    assert proof.follows
    assert proof.check.method == "renewed"
    assert [it.abandon for it in steps if isinstance(it, Wait)] == [
        "opsctl undo last --env prod"
    ] * 2


def test_without_a_reader_nothing_is_restarted_and_that_is_said() -> None:
    facts = rotation_facts(consumers=())
    assert rotation.restarting("prod", facts, 60).steps == ()
    assert any("nothing is restarted" in note for note in rotation.notes(facts))


def test_readers_replicas_and_other_services_are_named() -> None:
    facts = replace(
        rotation_facts(), secret=secret(replicas=("eu-north-1",)), others=("batch-prod",)
    )
    told = " ".join(rotation.notes(facts))
    assert "reads its key hf_api_key as HF_API_KEY" in told
    assert "batch-prod reads it too" in told
    assert "eu-north-1" in told
