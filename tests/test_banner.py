"""The banner: where a plan would act, and as whom."""

from __future__ import annotations

from opsctl.banner import Banner


def test_a_target_is_protected_only_where_that_is_said() -> None:
    where = ("deploy", "stage", "123456789012", "eu-west-1", "arn:aws:iam::123456789012:user/ana")
    assert not Banner(*where).protected
    assert Banner(*where, protected=True) != Banner(*where)
