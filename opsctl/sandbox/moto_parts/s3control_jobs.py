"""S3 Batch Operations: CreateJob, DescribeJob, ListJobs, UpdateJobStatus, UpdateJobPriority."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.s3control import urls
from moto.s3control.responses import S3ControlResponse

from opsctl.sandbox.batch_job import Failure, Job
from opsctl.sandbox.moto_parts.paging import page
from opsctl.sandbox.moto_parts.s3control_copies import Copies
from opsctl.sandbox.refusals import Refused

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

_PATHS = ("jobs", "jobs/<job_id>", "jobs/<job_id>/status", "jobs/<job_id>/priority")


def install(world: World) -> None:
    """Add the operations, and the paths on which they are asked."""
    for path in _PATHS:
        urls.url_paths[f"/v20180820/{path}"] = S3ControlResponse.dispatch
    response: Any = S3ControlResponse
    response.create_job = lambda received: _create(world, received)
    response.describe_job = lambda received: _describe(world, received)
    response.list_jobs = lambda received: _list(world, received)
    response.update_job_status = lambda received: _update_status(world, received)
    response.update_job_priority = lambda received: _update_priority(world, received)


def jobs(world: World) -> dict[str, Job]:
    """The jobs of the account, by their ids, oldest first."""
    backend = world.backend("s3control")
    if not hasattr(backend, "sandbox_jobs"):
        backend.sandbox_jobs = {}
    found: dict[str, Job] = backend.sandbox_jobs
    return found


def look(world: World) -> None:
    """Let every job do what is due: whoever asks about one, or looks at the buckets, sees it."""
    store = Copies(world)
    for job in jobs(world).values():
        job.look(world.clock(), store)


class Working:
    """The part of the sandbox that looks again and again."""

    def __init__(self, world: World) -> None:
        self._world = world

    def tick(self) -> None:
        """One look."""
        with self._world.lock:
            look(self._world)


def _create(world: World, received: Any) -> ActionResult:
    request = {key: it for key, it in received._get_params().items() if it is not None}
    for earlier in jobs(world).values():
        if earlier.request["ClientRequestToken"] == request["ClientRequestToken"]:
            if earlier.request != request:
                raise Refused("IdempotencyException", "The token was used for another job.")
            return ActionResult({"JobId": earlier.id})
    _check(request)
    job = Job(request, world.clock())
    jobs(world)[job.id] = job
    return ActionResult({"JobId": job.id})


def _check(request: dict[str, Any]) -> None:
    """Raise BadRequestException for what this sandbox, or S3, does not do."""
    generator = (request.get("ManifestGenerator") or {}).get("S3JobManifestGenerator") or {}
    if bool(generator) == bool(request.get("Manifest")):
        raise Refused("BadRequestException", "Give one of Manifest and ManifestGenerator.")
    if generator.get("EnableManifestOutput"):
        raise Refused("BadRequestException", "The sandbox writes no generated manifest.")
    if list(request["Operation"]) != ["S3PutObjectCopy"]:
        raise Refused("BadRequestException", "The sandbox knows the operation S3PutObjectCopy.")
    report = request["Report"]
    if report.get("Enabled") and not (report.get("Bucket") and report.get("Format")):
        raise Refused("BadRequestException", "A report needs Bucket, Format and ReportScope.")


def _found(world: World, received: Any) -> Job:
    look(world)
    job = jobs(world).get(received._get_param("JobId"))
    if job is None:
        raise Refused("NotFoundException", "The specified job does not exist.")
    return job


def _describe(world: World, received: Any) -> ActionResult:
    job = _found(world, received)
    asked = {
        key: job.request.get(key)
        for key in ("ConfirmationRequired", "Operation", "Report", "Manifest", "ManifestGenerator")
    }
    told = {
        **_summary(job),
        **asked,
        "JobArn": world.arn("s3", f"job/{job.id}"),
        "RoleArn": job.request["RoleArn"],
        "StatusUpdateReason": job.why or None,
        "FailureReasons": [
            {"FailureCode": it.code, "FailureReason": str(it)} for it in [job.reason] if it
        ],
    }
    return ActionResult({"Job": {key: it for key, it in told.items() if it is not None}})


def _summary(job: Job) -> dict[str, Any]:
    active = ((job.ended or job.created) - (job.began or job.created)).total_seconds()
    return {
        "JobId": job.id,
        "Description": job.request.get("Description"),
        "Priority": job.request["Priority"],
        "Status": job.status,
        "CreationTime": job.created,
        "TerminationDate": job.ended,
        "ProgressSummary": {
            "TotalNumberOfTasks": len(job.tasks),
            "NumberOfTasksSucceeded": job.done - job.failed,
            "NumberOfTasksFailed": job.failed,
            "Timers": {"ElapsedTimeInActiveSeconds": max(0, int(active))},
        },
    }


def _list(world: World, received: Any) -> ActionResult:
    look(world)
    asked = received._get_params()
    statuses = asked.get("JobStatuses") or ()
    found = [
        {**_summary(job), "Operation": next(iter(job.request["Operation"]))}
        for job in reversed(jobs(world).values())
        if not statuses or job.status in statuses
    ]
    items, token = page(
        found, {"maxResults": asked.get("MaxResults"), "nextToken": asked.get("NextToken")}
    )
    return ActionResult({"Jobs": items} | ({"NextToken": token} if token else {}))


def _update_status(world: World, received: Any) -> ActionResult:
    job = _found(world, received)
    wanted = received._get_param("RequestedJobStatus")
    try:
        if wanted == "Cancelled":
            job.cancel()
        elif wanted == "Ready":
            job.ready()
        else:
            raise Refused("BadRequestException", f"A job cannot be made {wanted}.")
    except Failure as failure:
        raise Refused(failure.code, str(failure)) from None
    job.why = received._get_param("StatusUpdateReason") or ""
    return ActionResult({"JobId": job.id, "Status": job.status, "StatusUpdateReason": job.why})


def _update_priority(world: World, received: Any) -> ActionResult:
    job = _found(world, received)
    job.request["Priority"] = received._get_param("Priority")
    return ActionResult({"JobId": job.id, "Priority": job.request["Priority"]})
