"""Everything below a prefix, erased in the right order."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from scripted_aws import Asked, Reply, ScriptedAws, refusal
from versioned_bucket import Kept, VersionedBucket

from opsctl.aws import Aws, in_flight
from opsctl.aws.object_erasing import Erased
from opsctl.errors import Interrupted, NoAccess, OpsctlError
from opsctl.plan import Progress, Report

PREFIX = "images/1/"


def _bucket() -> VersionedBucket:
    """Shown, hidden, and a neighbour whose name begins alike."""
    return VersionedBucket(
        [
            Kept("images/1/a", "v3"),
            Kept("images/1/a", "v2"),
            Kept("images/1/hidden", "m9", is_marker=True),
            Kept("images/1/hidden", "v8"),
            Kept("images/1/hidden", "m7", is_marker=True),
            Kept("images/1/hidden", "v6"),
            Kept("images/1/marked", "m1", is_marker=True),
            Kept("images/10/neighbour", "v1"),
            Kept("images/10/neighbour", "v0"),
        ],
        uploads=[("images/1/half", "u1"), ("images/10/half", "u2")],
    )


def _erase(aws: Aws, report: Report | None = None) -> Erased:
    with aws.changing():
        return aws.object_versions.erase("bucket", PREFIX, report=report)


def test_all_is_erased_but_the_neighbour(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    bucket = scripted.answer = _bucket()
    found = _erase(at_scripted())
    assert found == Erased(4, 3, 1, 20, requests=("req-1", "req-1"))
    assert {it.key for it in bucket.kept} == {"images/10/neighbour"}
    assert bucket.uploads == [("images/10/half", "u2")]


def test_no_hidden_object_is_ever_shown_again(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    bucket = scripted.answer = _bucket()
    bucket.page = 2
    _erase(at_scripted())
    assert "images/1/hidden" not in bucket.ever_visible
    assert "images/1/a" not in bucket.visible()


def test_the_marker_of_a_version_that_is_left_stays(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    bucket = scripted.answer = _bucket()
    bucket.spoils = lambda it: (
        ("AccessDenied", "Access Denied because object protected by object lock.")
        if it.number == "v6"
        else None
    )
    found = _erase(at_scripted())
    assert (found.versions, found.markers, found.held, found.kept_markers) == (3, 1, 1, 2)
    assert found.bytes == 15
    assert "images/1/hidden" not in bucket.ever_visible
    assert [it.number for it in bucket.kept if it.key == "images/1/hidden"] == ["m9", "m7", "v6"]


@pytest.mark.parametrize(
    ("has_lock", "held", "failed"), [(True, 1, {}), (False, 0, {"AccessDenied": 1})]
)
def test_a_bare_denial_means_object_lock_where_the_bucket_has_it(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, has_lock: bool, held: int,
    failed: dict[str, int],
) -> None:  # fmt: skip
    bucket = scripted.answer = _bucket()
    bucket.has_lock = has_lock
    bucket.spoils = lambda it: ("AccessDenied", "Access Denied") if it.number == "v2" else None
    found = _erase(at_scripted())
    assert (found.versions, found.held, found.failed) == (3, held, failed)


def test_what_fails_now_and_then_is_erased_in_the_end(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    bucket = scripted.answer = _bucket()
    tried: Counter[str] = Counter()

    def spoils(it: Kept) -> tuple[str, str] | None:
        tried[it.number] += 1
        return ("InternalError", "m") if tried[it.number] < 3 else None

    bucket.spoils = spoils
    found = _erase(at_scripted())
    assert (found.versions, found.markers, found.failed) == (4, 3, {})


def test_a_burst_of_slow_down_only_slows_down(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    bucket = VersionedBucket([Kept(f"images/1/{n:03}", "v1") for n in range(40)], page=2)
    turns = iter(range(10_000))

    def answer(asked: Asked) -> Reply:
        if asked.method == "POST" and next(turns) < 7:
            return refusal("SlowDown", "Please reduce your request rate.", 503)
        return bucket(asked)

    scripted.answer = answer
    assert _erase(at_scripted()).versions == 40
    assert bucket.kept == []


def test_a_cut_connection_is_taken_up_again(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    bucket = _bucket()
    turns = iter(range(10_000))

    def answer(asked: Asked) -> Reply:
        if next(turns) % 3 == 1:
            reply = bucket(asked)
            return Reply(reply.body, cut=len(reply.body) // 2)
        return bucket(asked)

    scripted.answer = answer
    found = _erase(at_scripted())
    assert {it.key for it in bucket.kept} == {"images/10/neighbour"}
    assert found.failed == {}


def test_a_part_that_outlives_the_first_abort_is_aborted_again(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    bucket = scripted.answer = _bucket()
    bucket.stubborn["u1"] = 2
    assert _erase(at_scripted()).uploads == 1
    assert len(scripted.sent("DELETE")) == 3


def test_an_upload_that_never_goes_is_a_failure(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    bucket = scripted.answer = _bucket()
    bucket.stubborn["u1"] = 1_000
    assert _erase(at_scripted()).failed == {"UploadNotAborted": 1}


def test_batches_are_of_a_thousand_and_few_wait(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    bucket = VersionedBucket([Kept(f"images/1/{n:05}", "v1") for n in range(2_500)])
    scripted.answer = bucket
    assert _erase(at_scripted()).versions == 2_500
    # A busy machine may make a request a second time.
    assert set(bucket.sizes) == {500, 1000}


@pytest.mark.parametrize("page", [1, 5])
def test_an_interruption_half_way_sends_nothing_more(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, page: int
) -> None:
    bucket = VersionedBucket([Kept(f"images/1/{n:03}", "v1") for n in range(200)], page=page)
    scripted.answer = bucket
    said: list[str] = []

    def report(progress: Progress) -> None:
        said.append(progress.summary)
        raise Interrupted("stop")

    with pytest.raises(Interrupted):
        _erase(at_scripted(), report)
    sent = len(scripted.asked)
    assert 0 < len(bucket.sizes) < 200 / page
    assert threading.Event().wait(0.3) is False
    assert len(scripted.asked) == sent
    assert said[0].endswith(" erased")


def test_ctrl_c_is_heard_while_s3_is_waited_for(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_flight, "BEAT", 0.02)
    bucket = VersionedBucket([Kept(f"images/1/{n}", "v1") for n in range(3)], page=1)

    def answer(asked: Asked) -> Reply:
        if "key-marker" in asked.query and bucket.sizes:
            return refusal("SlowDown", status=503, **{"Retry-After": "30"})
        return bucket(asked)

    scripted.answer = answer
    beats: list[str] = []

    def report(progress: Progress) -> None:
        beats.append(progress.summary)
        if len(beats) == 3:
            raise Interrupted("stop")

    with pytest.raises(Interrupted):
        _erase(at_scripted(), report)
    assert beats[0] == "1 version erased"


def test_a_request_that_is_denied_ends_it(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    bucket = _bucket()
    scripted.answer = lambda asked: (
        refusal("AccessDenied", "Mfa Authentication must be used for this request", 403)
        if asked.method == "POST"
        else bucket(asked)
    )
    reports: list[Progress] = []
    aws = at_scripted()
    with pytest.raises(NoAccess):
        _erase(aws, reports.append)
    assert len(bucket.kept) == 9
    assert [it.summary for it in reports] == ["1 upload erased"]


@pytest.mark.parametrize("prefix", ["", "/", "images/1", "//"])
def test_a_prefix_that_names_more_than_one_user_is_refused(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, prefix: str
) -> None:
    aws = at_scripted()
    with aws.changing(), pytest.raises(OpsctlError, match="more than one user"):
        aws.object_versions.erase("bucket", prefix)
    assert scripted.asked == []


def test_outside_changing_nothing_is_sent_that_changes(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    scripted.answer = _bucket()
    with pytest.raises(OpsctlError, match="no plan is being applied"):
        at_scripted().object_versions.erase("bucket", PREFIX)
    assert {it.method for it in scripted.asked} == {"GET"}
