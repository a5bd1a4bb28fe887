"""Terraform, driven: a plan saved, told, and applied exactly as it was saved."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from opsctl import errors
from opsctl.aws import tfvars
from opsctl.aws.ecs import Service, short
from opsctl.aws.gateway import Gateway
from opsctl.aws.terraform_binary import Ending
from opsctl.aws.terraform_module import AGAIN, Module, Saved
from opsctl.aws.terraform_plans import Change, Planned
from opsctl.aws.tfvars import Value
from opsctl.plan import Json, Progress, Report


class Terraform(Gateway):
    """The root module of the target, with the target's credentials, workspace and variables.

    Values are those of variables in the target's tfvars file. A plan is made from a copy of that
    file; the file itself is written only while a plan is applied.
    """

    @cached_property
    def _saved(self) -> dict[str, Saved]:
        return {}

    @cached_property
    def _spent(self) -> set[str]:
        return set()

    @cached_property
    def _module(self) -> Module:
        return Module(self.aws.target, self.aws.credentials())

    def planned(self, values: dict[str, Value]) -> Planned:
        """The plan with other values, saved; the same one each time it is asked for in a process.

        It takes no lock of the state and changes nothing but Terraform's own working folder,
        where that was not made ready yet. Raises BadConfig for a missing program, folder or file,
        another workspace, or variables of another environment; NoAccess; StepFailed never.
        """
        for it in self._saved.values():
            if it.values == values:
                return it.planned
        saved = self._module.plan(values)
        self._saved[saved.planned.digest] = saved
        return saved.planned

    def apply(
        self,
        plan: str,
        values: dict[str, Value],
        replacing: dict[str, Value],
        leaving: str,
        report: Report | None = None,
    ) -> dict[str, Json]:
        """Applies the saved plan of that digest, with `values` written into the tfvars file.

        `replacing` is what the file must say now, `leaving` (ARN) what the service must run;
        anything else, and a plan that is stale, raises FactsChanged. Answers the deployment that
        it made. A plan of another process, which an undo of an undo names, is made anew as
        `apply_values` does. A failure without a deployment raises StepFailed; the file then says
        what runs.
        """
        if not self.aws.may_change:
            raise errors.OpsctlError("A bug: terraform apply, but no plan is being applied.")
        if plan not in self._saved | dict.fromkeys(self._spent):
            return self.apply_values(values, replacing, report)
        self._check(plan, leaving)
        before = self._deployment()["deployment"]
        self._module.write(values, replacing)
        try:
            ending = self._run(plan, report)
        except BaseException:
            self._put_right(values, replacing, leaving)
            raise
        made = self._made(ending, before)
        if made:
            return made
        raise _not_applied(ending, self._put_right(values, replacing, leaving))

    def _check(self, plan: str, leaving: str) -> None:
        if plan in self._spent:
            raise errors.FactsChanged("The saved plan was applied already.", hint=AGAIN)
        now = self._service().task_definition
        if now != leaving:
            raise errors.FactsChanged(
                f"The service runs {short(now)}, not {short(leaving)}.", hint=AGAIN
            )

    def _made(self, ending: Ending, before: Json) -> dict[str, Json]:
        """The deployment to follow; empty where Terraform failed, and not for a release's sake."""
        try:
            made = self._deployment()
            fresh = made["deployment"] != before
            if ending.code == 0:
                # Without a new one the newest may have failed: what is followed is what runs.
                return made if fresh else self._rollout()
        except errors.NothingChanged as error:
            raise errors.StepFailed(
                f"Terraform ended with code {ending.code}, but the service cannot be looked at: "
                f"{error.message}",
                hint=error.hint,
            ) from error
        return made if fresh and not _served(made) else {}

    def _put_right(self, values: dict[str, Value], former: dict[str, Value], leaving: str) -> str:
        """`keep_what_runs`, or why that was not possible: it hides no other failure."""
        try:
            self.keep_what_runs(values, former, leaving)
        except errors.OpsctlError as error:
            return f"Look at {self._module.file} yourself: {error.message}"
        return ""

    def _run(self, plan: str, report: Report | None) -> Ending:
        # Once begun it is spent: Terraform would refuse it a second time.
        saved = self._saved.pop(plan)
        self._spent.add(plan)
        words = ("apply", "-json", "-input=false", "-lock-timeout=30s", str(saved.path))
        return self._module.binary.run(*words, look=_Told(saved.planned, report))

    def apply_values(
        self, values: dict[str, Value], replacing: dict[str, Value], report: Report | None = None
    ) -> dict[str, Json]:
        """Plans and applies other values at once; nothing that destroys or interrupts is applied.

        Raises FactsChanged where the file does not say `replacing`, and where the plan would do
        more than make a release.
        """
        if self._module.values(replacing) == values:
            return self._rollout()
        planned = self.planned(values)
        if planned.severe:
            raise errors.FactsChanged(
                f"Terraform would also {_told(planned.severe)}.",
                hint="Look at the plan yourself: terraform plan",
            )
        leaving = self._service().task_definition
        return self.apply(planned.digest, values, replacing, leaving, report)

    def keep_what_runs(
        self, values: dict[str, Value], former: dict[str, Value], leaving: str
    ) -> dict[str, Json]:
        """Puts the former values back into the tfvars file where the service still runs
        `leaving` (ARN), so that the next apply does not bring back what failed."""
        text = self._module.text()
        said = {name: tfvars.read(text, name) for name in values}
        if said == values and self._service().task_definition == leaving:
            tfvars.write(self._module.file, tfvars.changed(text, former))
        return {}

    def settled(self) -> Progress:
        """Whether a new plan has no release left to make. Raises NotVerified where it has."""
        left = self._module.plan({}).planned
        releases = tuple(it for it in left.changes if it.releases)
        if releases:
            raise errors.NotVerified(
                f"Terraform would still {_told(releases)}.", hint="See it: terraform plan"
            )
        other = f"; {left.summary} beside the release" if left.changes else ""
        return Progress(True, f"Terraform has no release left to make{other}")

    def _service(self) -> Service:
        return self.aws.ecs.service(self.aws.target.cluster, self.aws.target.service)

    def _deployment(self) -> dict[str, Json]:
        """The newest deployment, as Following takes it, with its `status`."""
        target = self.aws.target
        try:
            (it,) = self.aws.deployments.history(target.cluster, target.service, limit=1)
        except (errors.OpsctlError, ValueError) as error:
            if getattr(error, "aws_code", "UnsupportedFeatureException") != (
                "UnsupportedFeatureException"
            ):
                raise
            return self._rollout()
        return _answer(it.arn, it.task_definition, it.created.isoformat(), it.status)

    def _rollout(self) -> dict[str, Json]:
        now = self._service().primary
        return _answer(now.id, now.task_definition, now.created.isoformat(), now.state)


class _Told:
    """Terraform's messages while it applies, as progress."""

    def __init__(self, planned: Planned, report: Report | None) -> None:
        self._report = report
        self._total = len(planned.changes)
        self._done: set[str] = set()

    def __call__(self, message: dict[str, Any]) -> None:
        kind = message.get("type", "")
        if self._report is None or not kind.startswith("apply_"):
            return
        hook = message.get("hook", {})
        address = hook.get("resource", {}).get("addr", "?")
        # A replace is a destroy and a create: only the second one ends it.
        if kind == "apply_complete" and hook.get("action") != "delete":
            self._done.add(address)
        words = {"apply_complete": "done", "apply_errored": "failed"}.get(kind, "under way")
        summary = f"{len(self._done)} of {self._total}: {address}, {words}"
        self._report(Progress(False, summary, counted=(len(self._done), self._total)))


def _answer(deployment: str, task_definition: str, created: str, status: str) -> dict[str, Json]:
    return {
        "deployment": deployment,
        "task_definition": task_definition,
        "created": created,
        "deployment_status": status,
    }


def _served(made: Mapping[str, Json]) -> bool:
    return made["deployment_status"] in ("SUCCESSFUL", "COMPLETED")


def _not_applied(ending: Ending, left: str) -> errors.OpsctlError:
    if ending.told("Saved plan is stale"):
        return errors.FactsChanged(
            "The saved plan is stale: something else applied Terraform meanwhile.", hint=AGAIN
        )
    if ending.told("Error acquiring the state lock"):
        return errors.Locked(
            "Somebody else holds the lock of Terraform's state.",
            hint="Wait for them. Only if nobody applies: terraform force-unlock ID",
        )
    hint = "What it had done until then stays done. See what is left: terraform plan"
    return errors.StepFailed(
        f"Terraform failed: {ending.words}", hint="\n".join(filter(None, (hint, left)))
    )


def _told(found: tuple[Change, ...]) -> str:
    return ", ".join(f"{it.action} {it.address}" for it in found)
