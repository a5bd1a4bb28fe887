"""Git with real repositories: what is read, and a tag made, pushed and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
import repositories
from repositories import Repository

from opsctl import errors
from opsctl.aws import Aws, git


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return repositories.make(tmp_path)


def test_a_clean_pushed_checkout_is_read_from_any_folder_in_it(
    aws: Aws, repository: Repository
) -> None:
    inner = repository.folder / "inner"
    inner.mkdir()
    found = aws.git.checkout(str(inner))
    assert found.folder == str(repository.folder)
    assert found.commit == repository.git("rev-parse", "HEAD")
    assert (found.changes, found.remote, found.pushed) == ((), "origin", True)


def test_what_no_commit_holds_is_a_change(aws: Aws, repository: Repository) -> None:
    (repository.folder / "ne\nw.py").write_text("x")
    (repository.folder / "app.py").write_text("changed")
    changes = aws.git.checkout(str(repository.folder)).changes
    assert changes == ("M app.py", "?? new.py")


def test_a_commit_counts_as_pushed_when_a_branch_there_has_it(
    aws: Aws, repository: Repository
) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.commit("second")
    assert not aws.git.checkout(str(repository.folder)).pushed
    repository.git("push", "-q", "origin", "main")
    repository.git("checkout", "-q", first)
    assert aws.git.checkout(str(repository.folder)).pushed


def test_somebody_elses_newer_commit_there_changes_nothing(
    aws: Aws, repository: Repository, tmp_path: Path
) -> None:
    other = Repository(tmp_path / "other", repository.remote)
    repository.git("clone", "-q", str(repository.remote), str(other.folder), folder=tmp_path)
    other.git("checkout", "-q", "main")
    other.commit("theirs")
    other.git("push", "-q", "origin", "main")
    assert aws.git.checkout(str(repository.folder)).pushed


def test_no_checkout_no_remote_and_a_silent_remote_are_told(
    aws: Aws, repository: Repository, tmp_path: Path
) -> None:
    with pytest.raises(errors.BadConfig, match=r"in no Git working tree\.$"):
        aws.git.checkout(str(tmp_path))
    repository.git("remote", "set-url", "origin", str(tmp_path / "gone.git"))
    with pytest.raises(errors.Unreachable, match="ls-remote"):
        aws.git.checkout(str(repository.folder))
    repository.git("remote", "remove", "origin")
    with pytest.raises(errors.BadConfig, match="no remote called origin"):
        aws.git.checkout(str(repository.folder))


def test_a_tag_is_made_pushed_alone_and_taken_back(aws: Aws, repository: Repository) -> None:
    folder, commit = str(repository.folder), repository.git("rev-parse", "HEAD")
    repository.git("tag", "-a", "-m", "private", "mine")
    assert aws.git.tag(folder, "origin", "v1.2.3").here == ""
    with aws.changing():
        for _ in range(2):
            aws.git.make_tag(folder, "v1.2.3", commit, "Release v1.2.3\n\n$(x) `y`")
            aws.git.push_tag(folder, "origin", "v1.2.3", commit)
    found = aws.git.tag(folder, "origin", "v1.2.3")
    assert (found.here, found.there) == (commit, commit)
    assert aws.git.tag(folder, "origin", "v1.2.4").others == ("v1.2.3",)
    assert found.made
    assert repository.tags_there() == {"v1.2.3": commit}
    assert "$(x) `y`" in repository.git("cat-file", "-p", "v1.2.3")
    with aws.changing():
        for _ in range(2):
            aws.git.drop_pushed_tag(folder, "origin", "v1.2.3", commit)
            aws.git.drop_tag(folder, "v1.2.3", commit)
    assert repository.tags_there() == {}
    assert repository.git("tag", "--list") == "mine"


def test_a_tag_that_means_another_commit_is_left_alone(aws: Aws, repository: Repository) -> None:
    folder, first = str(repository.folder), repository.git("rev-parse", "HEAD")
    second = repository.commit("second")
    repository.git("tag", "-a", "-m", "x", "v1.0.0", first)
    repository.git("push", "-q", "origin", "v1.0.0")
    with aws.changing():
        for change in (
            lambda: aws.git.make_tag(folder, "v1.0.0", second, "x"),
            lambda: aws.git.push_tag(folder, "origin", "v1.0.0", second),
            lambda: aws.git.drop_tag(folder, "v1.0.0", second),
            lambda: aws.git.drop_pushed_tag(folder, "origin", "v1.0.0", second),
        ):
            with pytest.raises(errors.FactsChanged):
                change()
    assert repository.tags_there() == {"v1.0.0": first}


def test_a_push_that_a_hook_refuses_is_told_in_its_words(aws: Aws, repository: Repository) -> None:
    hook = repository.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho tags are frozen >&2\nexit 1\n")
    hook.chmod(0o755)
    folder, commit = str(repository.folder), repository.git("rev-parse", "HEAD")
    with aws.changing():
        aws.git.make_tag(folder, "v1.0.0", commit, "x")
        with pytest.raises(errors.StepFailed, match="git push failed"):
            aws.git.push_tag(folder, "origin", "v1.0.0", commit)


def test_outside_a_plan_nothing_is_changed(aws: Aws, repository: Repository) -> None:
    folder, commit = str(repository.folder), repository.git("rev-parse", "HEAD")
    for change in (
        lambda: aws.git.make_tag(folder, "v1.0.0", commit, "x"),
        lambda: aws.git.push_tag(folder, "origin", "v1.0.0", commit),
        lambda: aws.git.drop_tag(folder, "v1.0.0", commit),
        lambda: aws.git.drop_pushed_tag(folder, "origin", "v1.0.0", commit),
    ):
        with pytest.raises(errors.OpsctlError, match="A bug"):
            change()


def test_an_image_is_named_by_the_tag_or_the_commits_time(aws: Aws, repository: Repository) -> None:
    folder = str(repository.folder)
    short = repository.git("rev-parse", "--short", "HEAD")
    assert aws.git.release_name(folder).endswith(f"-{short}")
    repository.git("tag", "-a", "-m", "x", "v1.2.0")
    assert aws.git.release_name(folder) == "1.2.0"
    repository.commit("second")
    assert aws.git.release_name(folder).startswith("1.2.0-1-g")
    (repository.folder / "app.py").write_text("changed")
    with pytest.raises(errors.UsageProblem, match="no commit names"):
        aws.git.release_name(folder)


def test_a_hook_around_opsctl_does_not_mean_another_checkout(
    aws: Aws, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(repository.remote))
    assert aws.git.checkout(str(repository.folder)).folder == str(repository.folder)


def test_a_push_without_an_end_may_have_arrived(
    aws: Aws, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = repository.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nsleep 5\n")
    hook.chmod(0o755)
    folder, commit = str(repository.folder), repository.git("rev-parse", "HEAD")
    monkeypatch.setattr(git, "PATIENCE", 1.0)
    with aws.changing():
        aws.git.make_tag(folder, "v1.0.0", commit, "x")
        with pytest.raises(errors.StepFailed, match="did not end"):
            aws.git.push_tag(folder, "origin", "v1.0.0", commit)


@pytest.mark.parametrize("tag", ["v1.3.0", "1.3.0"])
def test_a_release_is_found_by_the_tag_that_its_image_is_called_after(
    aws: Aws, repository: Repository, tag: str
) -> None:
    tagged = repository.git("rev-parse", "HEAD")
    repository.git("tag", "-a", "-m", "it", tag)
    newer = repository.commit("second")
    found = aws.git.release(str(repository.folder), "1.3.0")
    assert (found.commit, found.pushed) == (tagged, True)
    assert aws.git.release(str(repository.folder), newer[:7]).commit == newer
    assert not aws.git.release(str(repository.folder), newer[:7]).pushed


def test_a_release_is_found_by_the_commit_in_the_name_of_its_image(
    aws: Aws, repository: Repository
) -> None:
    repository.git("tag", "-a", "-m", "it", "v1.3.0")
    commit = repository.commit("second")
    name = aws.git.release_name(str(repository.folder))
    repository.commit("third")
    assert name.startswith("1.3.0-1-g")
    assert aws.git.release(str(repository.folder), name).commit == commit
    by_time = f"20261124-120000-{commit[:8]}"
    assert aws.git.release(str(repository.folder), by_time).commit == commit


@pytest.mark.parametrize("name", ["9.9.9", "deadbeef0", "1.3.0-4-gdeadbee", "--all", "a..b", ""])
def test_a_name_that_no_commit_has_is_no_commit(
    aws: Aws, repository: Repository, name: str
) -> None:
    found = aws.git.release(str(repository.folder), name)
    assert (found.commit, found.pushed) == ("", False)
