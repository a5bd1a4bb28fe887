from __future__ import annotations

import pytest

from opsctl.aws.erasure_work import StoreOutcome, Work, bounded, total, why_not
from opsctl.aws.subject import Subject
from opsctl.errors import BadConfig, OpsctlError
from opsctl.targets.data_map import BucketData, LogData, TableData

BUCKET = BucketData("b", "images/{user_id}/")
TABLE = TableData("t", (("PK", "MAIL#{email}"),))


def work(*states: str, unexamined: bool = False) -> Work:
    made = Work("case-1", Subject("ann"), "user-1", "pool", True, (BUCKET, TABLE))
    for place, state in enumerate(states):
        made.outcomes[place] = StoreOutcome(f"store {place}", "how", state)
    made.unexamined = ({"store": "x", "why": "y"},) if unexamined else ()
    return made


@pytest.mark.parametrize(
    ("states", "worst"),
    [
        (("verified", "verified"), "verified"),
        (("verified", "held"), "held"),
        (("held", "unknown"), "unknown"),
        (("unknown", "failed"), "failed"),
        (("verified", "deleted"), "deleted"),
        ((), "failed"),
    ],
)
def test_the_worst_store_decides(states: tuple[str, ...], worst: str) -> None:
    assert work(*states).worst == worst


def test_a_store_that_was_not_examined_is_not_taken_for_empty() -> None:
    assert work("verified", unexamined=True).worst == "not examined"
    assert work("held", unexamined=True).worst == "held"


def test_the_prefix_is_one_user_s_own() -> None:
    assert bounded(BUCKET, Subject("1")) == "images/1/"
    for prefix in ("images/", "images/{user_id}", "/{user_id}/"):
        with pytest.raises(BadConfig):
            bounded(BucketData("b", prefix), Subject("1"))


def test_what_is_not_known_of_the_user_cannot_be_looked_for() -> None:
    assert why_not(BUCKET, Subject("ann")) == ""
    assert "email" in why_not(TABLE, Subject("ann"))
    assert why_not(TABLE, Subject("ann", email="a@example.com")) == ""
    assert why_not(LogData("g"), Subject("ann"))


def test_a_step_for_another_kind_of_store_is_refused() -> None:
    with pytest.raises(OpsctlError):
        work().bucket(1)
    with pytest.raises(OpsctlError):
        work().table(0)


def test_objects_are_counted_among_their_versions() -> None:
    assert total({"objects": 2, "versions": 5, "markers": 1, "bytes": 99}) == 6
