from __future__ import annotations

from dataclasses import replace

from holding_samples import BUCKET, RULES, TABLE, holdings

from opsctl.procedures.holdings import Account
from opsctl.procedures.purge_warnings import notes, refusals, seconds


def test_how_long_grows_with_what_there_is() -> None:
    many = replace(BUCKET, counts={"versions": 250_000})
    items = replace(TABLE, counts={"items": 60_000})
    assert seconds(holdings()) == 11
    assert seconds(holdings(stores=(many, items))) == 100 + 60 + 10


def test_what_is_linked_elsewhere_stays_there() -> None:
    account = Account("p", True, True, "CONFIRMED", ("Google",))
    assert any("Google" in it for it in notes(holdings(account=account)))
    assert not any("linked" in it for it in notes(holdings()))


def test_a_bucket_with_mfa_delete_and_too_much_are_two_reasons() -> None:
    locked = replace(BUCKET, rules=replace(RULES, mfa_delete=True))
    found = list(refusals(holdings(stores=(locked, TABLE)), 1))
    assert [bool(it.override) for it in found] == [True, False]
    assert list(refusals(holdings(), 1000)) == []
