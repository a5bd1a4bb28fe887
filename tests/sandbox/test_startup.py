"""A sandbox that does not come up says why, and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from opsctl.errors import Unreachable
from opsctl.sandbox import startup
from opsctl.sandbox.state_files import StateFiles

BROKEN_MOTO = "raise ImportError('this moto is broken')"


@pytest.mark.process
def test_the_end_of_the_log_is_in_the_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "moto.py").write_text(BROKEN_MOTO)
    environ = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(startup, "_clean", lambda given: {**given, "PYTHONPATH": str(tmp_path)})
    files = StateFiles(environ)
    files.make_folder()
    with pytest.raises(Unreachable, match="this moto is broken") as caught:
        startup.start(files, lambda _: None, environ)
    assert str(files.log) in caught.value.hint
    assert sorted(path.name for path in files.folder.iterdir()) == ["sandbox.log"]


def test_the_servers_environment_leads_nowhere_else() -> None:
    given = {
        "PATH": "/bin",
        "AWS_PROFILE": "production",
        "AWS_ENDPOINT_URL": "https://elsewhere",
        "MOTO_ACCOUNT_ID": "1",
        "https_proxy": "http://proxy",
        "HTTP_PROXY": "http://proxy",
    }
    kept = startup._clean(given)
    assert kept.pop("PYTHONPATH")
    assert kept == {"PATH": "/bin", "AWS_EC2_METADATA_DISABLED": "true"}
