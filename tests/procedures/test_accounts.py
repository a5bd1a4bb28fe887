"""Accounts: who is meant, and how long what was issued is believed."""

from __future__ import annotations

import dataclasses

import pytest

from opsctl.aws import Aws
from opsctl.errors import BadConfig, NotFound
from opsctl.procedures import accounts
from opsctl.procedures.accounts import Request
from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def door(local: Aws, emulator: Emulator) -> Aws:
    """The emulator with its user pool."""
    names = emulator.world.names
    return Aws(
        dataclasses.replace(
            local.target, user_pool=names.user_pool, user_pool_client=names.user_pool_client
        )
    )


def test_every_name_leads_to_the_one_user(door: Aws) -> None:
    facts = accounts.gather(Request("local", "alice"), door)
    assert facts.user.username == "alice"
    for name in ("alice@example.com", facts.user.sub):
        assert accounts.gather(Request("local", name), door) == facts
    assert "1h" in accounts.still_valid(facts)


def test_without_a_client_every_client_of_the_pool_counts(door: Aws) -> None:
    bare = Aws(dataclasses.replace(door.target, user_pool_client=""))
    facts = accounts.gather(Request("local", "alice"), bare)
    assert facts.tokens == accounts.gather(Request("local", "alice"), door).tokens


def test_without_a_pool_the_key_to_add_is_named(local: Aws) -> None:
    with pytest.raises(BadConfig) as raised:
        accounts.gather(Request("prod", "alice"), local)
    assert "user_pool" in raised.value.hint


def test_nobody_is_not_found(door: Aws) -> None:
    with pytest.raises(NotFound):
        accounts.gather(Request("local", "mallory"), door)


def test_the_note_names_the_user_and_the_titles_do_not(door: Aws) -> None:
    facts = accounts.gather(Request("local", "alice"), door)
    assert "alice" in accounts.shown(facts)
    for step in (accounts.disable(facts), accounts.enable(facts), accounts.sign_out(facts)):
        assert "alice" not in f"{step}"
