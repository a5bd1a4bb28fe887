from __future__ import annotations

import pytest

from opsctl import errors
from opsctl.aws.erasure_stores import bar, codes, ends_everything, method_of
from opsctl.plan import Progress
from opsctl.targets.data_map import BucketData, TableData


def test_what_the_engine_says_is_counted_against_what_was_found() -> None:
    seen: list[Progress] = []
    report = bar(seen.append, 2_500)
    assert report is not None
    report(Progress(False, "1,200 versions, 30 markers erased"))
    report(Progress(False, "2,600 versions erased"))
    assert [it.counted for it in seen] == [(1230, 2500), (2600, 2600)]
    assert seen[0].summary == "1,200 versions, 30 markers erased"
    assert bar(None, 5) is None


def test_failures_are_told_by_code() -> None:
    assert (
        codes({"InternalError": 3, "SlowDown": 1}) == "not deleted: 3 × InternalError, 1 × SlowDown"
    )


@pytest.mark.parametrize(
    ("error", "code", "ends"),
    [
        (errors.NoAccess("x"), "ExpiredToken", True),
        (errors.NoAccess("x"), "", True),
        (errors.NoAccess("x"), "AccessDenied", False),
        (errors.NoAccess("x"), "AccessDeniedException", False),
        (errors.Unreachable("x"), "SlowDown", False),
        (errors.NotFound("x"), "NoSuchBucket", False),
    ],
)
def test_only_credentials_that_ran_out_are_none_for_the_next_store(
    error: errors.OpsctlError, code: str, ends: bool
) -> None:
    vars(error).update(aws_code=code)
    assert ends_everything(error) is ends


def test_the_method_says_that_an_index_was_what_found_the_items() -> None:
    key = (("who", "{sub}"),)
    assert "by-who" in method_of(TableData("likes", key, "by-who"))
    assert "index" not in method_of(TableData("likes", key))
    assert "by its id" in method_of(BucketData("b", "u/{sub}/"))
