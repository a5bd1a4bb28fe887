"""Git on this machine: what is checked out, which tags there are, and a tag of a release."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from opsctl import errors
from opsctl.aws import programs
from opsctl.aws.gateway import Gateway
from opsctl.aws.programs import Ran
from opsctl.plan import Json

PATIENCE = 120.0
"""Seconds for one command; the remote may be far."""
_QUIET = {
    "GCM_INTERACTIVE": "never",
    # Set where opsctl runs in a hook: they would mean another checkout than the folder's.
    "GIT_DIR": None,
    "GIT_INDEX_FILE": None,
    "GIT_WORK_TREE": None,
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "SSH_ASKPASS_REQUIRE": "never",
}
"""Nothing asks, and it speaks one language; looking at the state writes no index."""
_NAMED = re.compile(r"(?:.*-g|\d{8}-\d{6}-)?([0-9a-f]{7,40})")
"""An image called by its commit: `1.3.0-4-g1a2b3c4`, with the commit's time, or just so."""


@dataclass(frozen=True)
class Checkout:
    """A working tree. `changes` are files that the commit does not hold as they are."""

    folder: str
    """Its top."""
    commit: str
    changes: tuple[str, ...]
    remote: str
    pushed: bool
    """Whether a branch of the remote has the commit."""


@dataclass(frozen=True)
class Tag:
    """A tag here and on the remote, each by the commit that it means; empty where it is not."""

    here: str
    there: str
    made: datetime | None = None
    """When an annotated tag here was made; None for any other."""
    others: tuple[str, ...] = field(default=(), compare=False)
    """The remote's other tags that begin with a v."""


class Git(Gateway):
    """Drives the program `git`: words as a list, no shell, and never a question."""

    def checkout(self, folder: str) -> Checkout:
        """The working tree that a folder is in. Raises BadConfig where it is in none."""
        ran = self._git(folder, "rev-parse", "--show-toplevel")
        if ran.code:
            known = "not a git repository" in ran.words
            raise errors.BadConfig(
                f"{folder} is in no Git working tree{'.' if known else f': {ran.words}'}",
                hint="Run it in the checkout of the service.",
            )
        top = ran.out.rstrip("\n")
        commit = self._must(top, "rev-parse", "--verify", "HEAD^{commit}").strip()
        status = self._must(top, "status", "--porcelain=v1", "-z", "--untracked-files=normal")
        changes = tuple(programs.plain(it) for it in status.split("\0") if it)
        remote = self._remote(top)
        return Checkout(top, commit, changes, remote, self._is_pushed(top, commit, remote))

    def release_name(self, folder: str) -> str:
        """A name for what is checked out: `1.3.0`, `1.3.0-4-g1a2b3c4`, or by the commit's time.

        Raises BadConfig where there is no working tree, and UsageProblem where it has changes
        that no commit holds.
        """
        if self._git(folder, "rev-parse", "--verify", "HEAD^{commit}").code:
            raise errors.BadConfig(
                f"{folder} is in no Git working tree with a commit to name the image by.",
                hint="Name it: opsctl deploy --build TAG",
            )
        if self._must(folder, "status", "--porcelain=v1", "--untracked-files=normal"):
            raise errors.UsageProblem(
                "The working tree has changes that no commit holds, so no commit names the image.",
                hint="Commit them, or name the image: opsctl deploy --build TAG",
            )
        ran = self._git(folder, "describe", "--tags", "--match", "v[0-9]*", "HEAD")
        if ran.code == 0:
            return ran.out.strip().removeprefix("v")
        words = ("log", "-1", "--format=%ct %h", "HEAD")
        seconds, short = self._must(folder, *words).split()
        return f"{datetime.fromtimestamp(int(seconds), UTC):%Y%m%d-%H%M%S}-{short}"

    def release(self, folder: str, name: str) -> Checkout:
        """The working tree, but with the commit that a release was named by in place of HEAD.

        `commit` is empty where no tag and no commit here has such a name. Raises what `checkout`
        does.
        """
        it = self.checkout(folder)
        commit = self._here(it.folder, f"v{name}") or self._here(it.folder, name)
        if not commit and (found := _NAMED.fullmatch(name)):
            words = ("rev-parse", "--verify", "--quiet", f"{found[1]}^{{commit}}")
            commit = self._git(it.folder, *words).out.strip()
        if commit == it.commit:
            return it
        pushed = bool(commit) and self._is_pushed(it.folder, commit, it.remote)
        return replace(it, commit=commit, changes=(), pushed=pushed)

    def tag(self, folder: str, remote: str, name: str) -> Tag:
        """What a tag means here and on the remote. Raises Unreachable where it is silent."""
        ref = f"refs/tags/{name}"
        here = self._here(folder, name)
        form = "%(taggerdate:unix)"
        made = self._must(folder, "for-each-ref", f"--format={form}", "--", ref).strip()
        when = datetime.fromtimestamp(int(made), UTC) if made else None
        tags = self._tags(folder, remote, "refs/tags/v*")
        others = {it.removeprefix("refs/tags/").removesuffix("^{}") for it in tags} - {name}
        return Tag(here, _meant(tags, name)[1], when, tuple(sorted(others)))

    def make_tag(self, folder: str, name: str, commit: str, message: str) -> None:
        """Makes an annotated tag. Raises FactsChanged where it means another commit already."""
        self._must_apply("tag")
        found = self._git(
            folder, "rev-parse", "--verify", "--quiet", f"refs/tags/{name}^{{commit}}"
        )
        if found.out.strip() == commit:
            return
        if found.code == 0:
            raise _taken(name, "this checkout")
        self._must(folder, "tag", "--annotate", "--message", message, "--", name, commit)

    def push_tag(self, folder: str, remote: str, name: str, commit: str) -> dict[str, Json]:
        """Pushes that tag and nothing else.

        Raises FactsChanged where the remote has it for another commit, StepFailed with Git's
        last words where it is refused.
        """
        self._must_apply("push")
        there = self._there(folder, remote, name)[1]
        if there and there != commit:
            raise _taken(name, remote)
        if not there:
            spec = f"refs/tags/{name}:refs/tags/{name}"
            self._must(folder, "push", "--porcelain", "--", remote, spec, network=True)
        return {"tag": name, "commit": commit}

    def drop_tag(self, folder: str, name: str, commit: str) -> None:
        """Deletes the tag here. Raises FactsChanged where it means another commit by now."""
        self._must_apply("tag")
        found = self._git(
            folder, "rev-parse", "--verify", "--quiet", f"refs/tags/{name}^{{commit}}"
        )
        if found.code:
            return
        if found.out.strip() != commit:
            raise _taken(name, "this checkout")
        self._must(folder, "tag", "--delete", "--", name)

    def drop_pushed_tag(self, folder: str, remote: str, name: str, commit: str) -> None:
        """Deletes the tag on the remote, unless it means another commit by now: FactsChanged."""
        self._must_apply("push")
        held, there = self._there(folder, remote, name)
        if not there:
            return
        if there != commit:
            raise _taken(name, remote)
        lease = f"--force-with-lease=refs/tags/{name}:{held}"
        spec = f":refs/tags/{name}"
        self._must(folder, "push", "--porcelain", lease, "--", remote, spec, network=True)

    def _here(self, folder: str, name: str) -> str:
        """The commit that a tag means in this checkout; empty where there is none such."""
        words = ("rev-parse", "--verify", "--quiet", f"refs/tags/{name}^{{commit}}")
        return self._git(folder, *words).out.strip()

    def _there(self, folder: str, remote: str, name: str) -> tuple[str, str]:
        """(object, commit) of a tag on the remote; empty where it has none such."""
        ref = f"refs/tags/{name}"
        return _meant(self._tags(folder, remote, ref, f"{ref}^{{}}"), name)

    def _tags(self, folder: str, remote: str, *patterns: str) -> dict[str, str]:
        """Reference → object on the remote; of an annotated tag also `…^{}` → its commit."""
        text = self._must(folder, "ls-remote", "--", remote, *patterns, network=True)
        rows = [line.partition("\t") for line in text.splitlines()]
        return {ref: held for held, _, ref in rows}

    def _is_pushed(self, folder: str, commit: str, remote: str) -> bool:
        """Whether a branch of the remote has it, as the remote says now, or said when fetched."""
        text = self._must(folder, "ls-remote", "--heads", "--", remote, network=True)
        for head in {line.partition("\t")[0] for line in text.splitlines()}:
            if head == commit:
                return True
            if self._git(folder, "merge-base", "--is-ancestor", commit, head).code == 0:
                return True
        pattern = f"refs/remotes/{remote}/"
        words = ("for-each-ref", "--count=1", "--contains", commit, "--", pattern)
        return bool(self._git(folder, *words).out.strip())

    def _remote(self, folder: str) -> str:
        names = self._must(folder, "remote").split()
        if "origin" in names or len(names) == 1:
            return "origin" if "origin" in names else names[0]
        there = f"it has {', '.join(names)}" if names else "it has none"
        raise errors.BadConfig(
            f"The checkout has no remote called origin: {there}.",
            hint="git remote add origin ADDRESS",
        )

    def _must(self, folder: str, *words: str, network: bool = False) -> str:
        """The output of a command that must work. Raises Unreachable, BadConfig, StepFailed."""
        try:
            ran = self._git(folder, *words)
            message = f"git {words[0]} failed: {ran.words}"
        except errors.Unreachable as error:
            ran, message = Ran(1, ""), error.message
        if ran.code == 0:
            return ran.out
        if self.aws.may_change:
            # What was sent may have arrived, so this is no error of "nothing was changed".
            raise errors.StepFailed(message, hint="The same command again goes on from there.")
        kind = errors.Unreachable if network else errors.BadConfig
        raise kind(message)

    def _git(self, folder: str, *words: str) -> Ran:
        program = programs.find("git", "Install Git: https://git-scm.com/downloads")
        return programs.run([program, "-C", folder, *words], extra=_QUIET, limit=PATIENCE)

    def _must_apply(self, word: str) -> None:
        if not self.aws.may_change:
            raise errors.OpsctlError(
                f"A bug: git {word} would change something, but no plan is being applied."
            )


def _meant(tags: dict[str, str], name: str) -> tuple[str, str]:
    held = tags.get(f"refs/tags/{name}", "")
    return held, tags.get(f"refs/tags/{name}^{{}}", held)


def _taken(name: str, where: str) -> errors.FactsChanged:
    return errors.FactsChanged(
        f"{name} means another commit in {where}: somebody made it meanwhile.",
        hint="Run the same command again to see the new plan.",
    )
