"""S3 Batch Operations: the manifest, the copies and the report of a job, in the account's S3."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_plus

from moto.s3.models import FakeDeleteMarker

from opsctl.sandbox.batch_job import Failure, Job, Task

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

CSV = "S3BatchOperations_CSV_20180820"
LARGEST = 5 * 1024**3
"""Bytes of an object that S3PutObjectCopy copies at most."""
_COLUMNS = "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage"


def install(_: World) -> None:
    """Nothing to put on moto: the jobs use this."""


class Copies:
    """What the jobs of an account do to its buckets."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def _s3(self) -> Any:
        return self._world.backend("s3")

    def tasks(self, request: dict[str, Any]) -> list[Task]:
        """The objects that a job is about. Raises Failure."""
        self._check_role(request["RoleArn"])
        generator = (request.get("ManifestGenerator") or {}).get("S3JobManifestGenerator")
        if generator:
            bucket = self._bucket(generator["SourceBucket"])
            wanted = generator.get("Filter") or {}
            return [Task(bucket.name, key) for key in _current(bucket, wanted)]
        return list(self._manifest(request["Manifest"]))

    def _check_role(self, arn: str) -> None:
        """Raise Failure for a role that is not there or that S3 may not take."""
        roles = self._world.backend("iam").roles.values()
        role = next((it for it in roles if it.arn == arn), None)
        trust = role.assume_role_policy_document if role else ""
        if "batchoperations.s3.amazonaws.com" not in str(trust):
            raise Failure("AccessDenied", f"S3 Batch Operations cannot assume the role {arn}.")

    def _bucket(self, arn: str) -> Any:
        found = self._s3.buckets.get(arn.rpartition(":")[2])
        if found is None:
            raise Failure("NoSuchBucket", f"The bucket {arn} does not exist.")
        return found

    def _manifest(self, manifest: dict[str, Any]) -> Iterator[Task]:
        spec, place = manifest["Spec"], manifest["Location"]
        name, _, key = place["ObjectArn"].rpartition(":")[2].partition("/")
        found = self._s3.get_object(name, key, version_id=place.get("ObjectVersionId"))
        if found is None or isinstance(found, FakeDeleteMarker):
            raise Failure("ManifestNotFound", f"There is no manifest {place['ObjectArn']}.")
        if found.etag.strip('"') != place["ETag"].strip('"'):
            raise Failure("ManifestETagMismatch", "The manifest has another ETag.")
        if spec["Format"] != CSV or "Key" not in spec.get("Fields", ()):
            raise Failure("InvalidManifest", f"The sandbox reads {CSV} with Bucket and Key.")
        for row in csv.reader(io.StringIO(found.value.decode())):
            it = dict(zip(spec["Fields"], row, strict=False))
            yield Task(it["Bucket"], unquote_plus(it["Key"]), it.get("VersionId", ""))

    def copy(self, request: dict[str, Any], task: Task) -> None:
        """Copy one object, with its metadata and tags. Raises Failure."""
        words = (request.get("Operation") or {}).get("S3PutObjectCopy") or {}
        target = self._bucket(words["TargetResource"])
        self._bucket(task.bucket)
        source = self._s3.get_object(task.bucket, task.key, version_id=task.version or None)
        if source is None or isinstance(source, FakeDeleteMarker):
            raise Failure("NoSuchKey", "The specified key does not exist.")
        if source.size > LARGEST:
            raise Failure("InvalidRequest", "The object is larger than the maximum copy size.")
        folder = (words.get("TargetKeyPrefix") or "").rstrip("/")
        self._s3.copy_object(
            source,
            target.name,
            f"{folder}/{task.key}" if folder else task.key,
            storage=words.get("StorageClass") or source.storage_class,
            mdirective=words.get("MetadataDirective") or "COPY",
            metadata={},
        )

    def report(self, job: Job) -> None:
        """Write `PREFIX/job-ID/manifest.json` and its one result file."""
        asked = job.request["Report"]
        name = asked["Bucket"].rpartition(":")[2]
        if name not in self._s3.buckets:
            return
        folder = f"{(asked.get('Prefix') or '').strip('/')}/job-{job.id}".lstrip("/")
        rows = _rows(job, everything=asked.get("ReportScope") == "AllTasks")
        content = "".join(rows).encode()
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        key = f"{folder}/results/{hashlib.sha256(content).hexdigest()[:40]}.csv"
        result = {
            "TaskExecutionStatus": "failed" if job.failures else "succeeded",
            "Bucket": name,
            "MD5Checksum": digest,
            "Key": key,
        }
        manifest = {
            "Format": "Report_CSV_20180820",
            "ReportCreationDate": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "ReportSchema": _COLUMNS,
            "Results": [result] if content else [],
        }
        if content:
            self._s3.put_object(name, key, content)
        self._s3.put_object(name, f"{folder}/manifest.json", json.dumps(manifest).encode())


def _current(bucket: Any, wanted: dict[str, Any]) -> Iterator[str]:
    for key, _ in bucket.keys.walk(""):
        newest = bucket.keys[key]
        if not isinstance(newest, FakeDeleteMarker) and _fits(newest, wanted):
            yield key


def _fits(version: Any, wanted: dict[str, Any]) -> bool:
    names = wanted.get("KeyNameConstraint") or {}
    made = version.last_modified
    after, before = wanted.get("CreatedAfter"), wanted.get("CreatedBefore")
    checks = [
        (names.get("MatchAnyPrefix"), version.name.startswith),
        (names.get("MatchAnySuffix"), version.name.endswith),
        (names.get("MatchAnySubstring"), lambda part: part in version.name),
    ]
    return (
        all(any(test(each) for each in given) for given, test in checks if given)
        and (after is None or made > after.replace(tzinfo=None))
        and (before is None or made < before.replace(tzinfo=None))
        and version.size > (wanted.get("ObjectSizeGreaterThanBytes") or -1)
        and version.size < (wanted.get("ObjectSizeLessThanBytes") or LARGEST * 1024)
    )


def _rows(job: Job, *, everything: bool) -> Iterator[str]:
    failed = {id(task): failure for task, failure in job.failures}
    for task in job.tasks[: job.done]:
        failure = failed.get(id(task))
        place = f"{task.bucket},{quote(task.key)},{task.version}"
        if failure:
            yield f'{place},failed,{failure.code},400,"{failure}"\n'
        elif everything:
            yield f"{place},succeeded,,200,Successful\n"
