import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from opsctl.aws import Aws
from opsctl.aws.state_bucket import StateBucket
from opsctl.errors import BadConfig, Forbidden, Locked, NotFound, OpsctlError, StepFailed
from opsctl.journal import Journal
from opsctl.lock import Lock
from opsctl.plan import Plan
from opsctl.state.cases import Cases
from opsctl.targets import Target

EU = {"LocationConstraint": "eu-west-1"}


@pytest.fixture
def bucket(aws: Aws) -> StateBucket:
    with aws.changing():
        aws.client("s3").create_bucket(Bucket="team-records", CreateBucketConfiguration=EU)
    aws.requests.clear()
    return StateBucket("s3://team-records/opsctl", aws)


class Once:
    """A client whose next call of one kind gets the answer of a given error, or loses its own."""

    def __init__(self, client: Any, operation: str, code: str = "", status: int = 0) -> None:
        self._client = client
        self._operation = operation
        self._code = code
        self._status = status

    def __getattr__(self, name: str) -> Any:
        if name != self._operation or not self._code:
            return getattr(self._client, name)
        return self._fails

    def _fails(self, **words: Any) -> Any:
        from botocore.exceptions import ClientError

        code, self._code = self._code, ""
        if self._status == 200:  # S3 did it, but its answer got lost, and botocore asked again
            getattr(self._client, self._operation)(**words)
        raise ClientError(
            {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": self._status}},  # type: ignore[typeddict-item]
            self._operation,
        )


def failing(bucket: StateBucket, operation: str, code: str, status: int) -> StateBucket:
    other = StateBucket("s3://team-records/opsctl", bucket._aws)
    other.__dict__["_client"] = Once(bucket._client, operation, code, status)
    return other


def test_a_record_is_created_once_replaced_by_version_and_deleted_by_version(
    bucket: StateBucket,
) -> None:
    assert bucket.read("locks/prod.json") is None
    assert bucket.create("locks/prod.json", b"one") is True
    assert bucket.create("locks/prod.json", b"two") is False
    content, version = bucket.read("locks/prod.json") or (b"", "")
    assert content == b"one"
    assert bucket.replace("locks/prod.json", b"three", version) is True
    assert bucket.replace("locks/prod.json", b"four", version) is False
    assert bucket.delete("locks/prod.json", version) is False
    _, version = bucket.read("locks/prod.json") or (b"", "")
    assert bucket.delete("locks/prod.json", version) is True
    assert bucket.read("locks/prod.json") is None


def test_what_does_not_exist_is_neither_replaced_nor_deleted(bucket: StateBucket) -> None:
    assert bucket.replace("missing", b"x", '"tag"') is False
    assert bucket.delete("missing", '"tag"') is False


def test_everything_lies_below_the_prefix(bucket: StateBucket, aws: Aws) -> None:
    bucket.create("a", b"x")
    bucket.append("journal/prod", lambda last: b"{}")
    listed = aws.client("s3").list_objects_v2(Bucket="team-records")["Contents"]
    assert [each["Key"] for each in listed] == ["opsctl/a", "opsctl/journal/prod/999999999999.json"]
    assert bucket.names("") == ["a", "journal/prod/999999999999.json"]


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("s3://team/ops/", "s3://team/ops/"),
        ("s3://team/a/b", "s3://team/a/b/"),
        ("s3://team", "s3://team/opsctl/"),
    ],
)
def test_the_place_is_named_as_it_is(url: str, where: str, aws: Aws) -> None:
    assert StateBucket(url, aws).where == where


@pytest.mark.parametrize("url", ["s3://", "team/ops", "https://team/ops", "s3:///ops"])
def test_what_is_no_bucket_is_a_mistake_in_the_configuration(url: str, aws: Aws) -> None:
    with pytest.raises(BadConfig):
        StateBucket(url, aws)


def test_lines_come_newest_first_over_many_pages(bucket: StateBucket) -> None:
    for number in range(70):
        bucket.append("log", lambda last, number=number: f"{number}".encode())
    assert [int(line) for line in bucket.newest_first("log")] == list(range(69, -1, -1))


def test_two_writers_of_one_log_put_their_lines_one_after_the_other(bucket: StateBucket) -> None:
    other = StateBucket("s3://team-records/opsctl", bucket._aws)
    for _ in range(3):
        bucket.append("log", lambda last: last + b"a")
        other.append("log", lambda last: last + b"b")
    assert next(bucket.newest_first("log")) == b"ababab"


def test_a_line_that_lost_the_race_is_made_anew(bucket: StateBucket) -> None:
    other = StateBucket("s3://team-records/opsctl", bucket._aws)
    bucket.append("log", lambda last: b"first")
    tries: list[bytes] = []

    def make(last: bytes) -> bytes:
        if not tries:
            other.append("log", lambda last: b"between")
        tries.append(last)
        return b"mine after " + last

    bucket.append("log", make)
    assert tries == [b"first", b"between"]
    assert list(bucket.newest_first("log")) == [b"mine after between", b"between", b"first"]


def test_a_busy_bucket_is_asked_again(bucket: StateBucket) -> None:
    busy = failing(bucket, "put_object", "ConditionalRequestConflict", 409)
    assert busy.create("a", b"x") is True


def test_a_write_whose_answer_got_lost_counts(bucket: StateBucket) -> None:
    assert failing(bucket, "put_object", "PreconditionFailed", 200).create("a", b"mine") is True
    lost = failing(bucket, "put_object", "PreconditionFailed", 200)
    lost.append("log", lambda last: b"only once")
    assert list(bucket.newest_first("log")) == [b"only once"]


def test_what_s3_refuses_comes_out_in_opsctls_words(bucket: StateBucket, aws: Aws) -> None:
    with pytest.raises(OpsctlError) as raised:
        failing(bucket, "put_object", "AccessDenied", 403).create("a", b"x")
    assert raised.value.code == 11
    with pytest.raises(NotFound, match=r"s3://no-such-bucket/x/.*does not exist") as missing:
        StateBucket("s3://no-such-bucket/x", aws).read("a")
    assert "opsctl.toml" in missing.value.hint


def test_without_the_bucket_nothing_is_begun(aws: Aws) -> None:
    store = StateBucket("s3://no-such-bucket/x", aws)
    with pytest.raises(Forbidden, match="Nothing was changed"):
        Journal(store, "prod").begin(
            command="c", caller="a", plan=Plan("p"), reason="", account="1", region="r"
        )
    with (
        pytest.raises(Forbidden, match="Nothing was changed"),
        Lock(store, "prod", environ={}).hold(command="c", reason=""),
    ):
        pass


def test_the_time_is_that_of_s3(bucket: StateBucket, aws: Aws) -> None:
    assert abs(bucket.now() - datetime.now(UTC)) < timedelta(seconds=2)
    early = StateBucket("s3://team-records/opsctl", aws)

    class Hour:
        """A client in whose world it is an hour later."""

        def list_objects_v2(self, **words: Any) -> Any:
            later = datetime.now(UTC) + timedelta(hours=1)
            date = later.strftime("%a, %d %b %Y %H:%M:%S GMT")
            return {"ResponseMetadata": {"HTTPHeaders": {"date": date}}}

    early.__dict__["_client"] = Hour()
    ahead = early.now() - datetime.now(UTC)
    assert timedelta(minutes=59, seconds=57) < ahead < timedelta(minutes=60, seconds=2)


def test_the_journal_is_chained_in_a_bucket_too(bucket: StateBucket, aws: Aws) -> None:
    journal = Journal(bucket, "prod")
    for _ in range(3):
        run = journal.begin(
            command="c", caller="a", plan=Plan("p"), reason="", account="1", region="r"
        )
        run.ended(status="done", exit_code=0)
    assert journal.verify() == []
    assert [run.status for run in Journal(bucket, "prod").runs()] == ["done"] * 3
    key = "opsctl/journal/prod/999999999997.json"
    text = aws.client("s3").get_object(Bucket="team-records", Key=key)["Body"].read()
    with aws.changing():
        edited = text.replace(b'"command": "c"', b'"command": "d"')
        aws.client("s3").put_object(Bucket="team-records", Key=key, Body=edited)
    assert [sentence[:6] for sentence in journal.verify()] == ["line 3", "line 4"]


def test_the_lock_works_in_a_bucket(bucket: StateBucket) -> None:
    mine = Lock(bucket, "prod", owner="ana@laptop", environ={})
    other = Lock(bucket, "prod", owner="bob@desk", environ={})
    with mine.hold(command="deploy", reason="hotfix") as heart:
        heart.check()
        with pytest.raises(Locked, match="hotfix"), other.hold(command="scale", reason=""):
            pass
        other.release(force=True)
        with pytest.raises(StepFailed):
            heart.check()
    assert mine.show() is None


@pytest.fixture
def server(target: Target) -> Iterator[Target]:
    """moto as a server that takes one request at a time: its conditions are only then atomic."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = DomainDispatcherApplication(create_backend_app)
    with mock_aws():  # resets what other tests left in moto's memory
        pass
    it = make_server("127.0.0.1", 0, app, threaded=False)
    threading.Thread(target=it.serve_forever, args=(0.01,), daemon=True).start()
    yield replace(target, env="local", endpoint_url=f"http://127.0.0.1:{it.server_port}")
    it.shutdown()
    it.server_close()


RACER = """
import sys
from opsctl.aws import Aws
from opsctl.aws.state_bucket import StateBucket
from opsctl.errors import Locked
from opsctl.journal import Journal
from opsctl.lock import Lock
from opsctl.plan import Plan
from opsctl.targets import Target, default_names
target = Target(env="local", account="1", region="eu-west-1", endpoint_url=sys.argv[1],
                **default_names("local", "1"))
store = StateBucket("s3://team-records/ops", Aws(target))
store.read("warm")
print("ready", flush=True)
sys.stdin.readline()
try:
    with Lock(store, "prod").hold(command="deploy", reason=""):
        print("won", flush=True)
        sys.stdin.readline()
except Locked:
    print("lost", flush=True)
journal = Journal(store, "prod")
for _ in range(4):
    journal.begin(command="c", caller="a", plan=Plan("p"), reason="", account="1", region="r")
"""


def test_of_processes_that_come_at_the_same_time_exactly_one_wins_and_no_line_is_lost(
    server: Target,
) -> None:
    aws = Aws(server)
    with aws.changing():
        aws.client("s3").create_bucket(Bucket="team-records", CreateBucketConfiguration=EU)
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, server.endpoint_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        for _ in range(3)
    ]
    pipes = [(racer.stdin, racer.stdout) for racer in racers]
    assert [out.readline() for _, out in pipes if out] == ["ready\n"] * 3
    for stdin, _ in pipes:
        assert stdin is not None
        stdin.write("go\n")
    assert sorted(out.readline() for _, out in pipes if out) == ["lost\n", "lost\n", "won\n"]
    for stdin, _ in pipes:
        assert stdin is not None
        stdin.close()
    assert [racer.wait(60) for racer in racers] == [0, 0, 0]
    journal = Journal(StateBucket("s3://team-records/ops", aws), "prod")
    assert journal.verify() == []
    assert len(journal.runs()) == 12


def test_cases_of_erasure_are_kept_in_the_bucket_too(bucket: StateBucket) -> None:
    cases = Cases(bucket, "prod")
    cases.open("case-1", "alice", ["alice"])
    cases.certify("case-1", {"n": 1})
    cases.close("case-1")
    again = Cases(bucket, "prod")
    found = again.find(["alice"])
    assert found is not None
    assert found.closed
    assert again.certificate("case-1") == {"n": 1}
    assert again.seal(b"x") == cases.seal(b"x")
