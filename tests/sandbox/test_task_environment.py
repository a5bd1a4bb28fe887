"""A task sees what the service reads, whatever its definition names."""

from __future__ import annotations

from opsctl.caption_service.settings import from_environment
from opsctl.sandbox import container
from opsctl.sandbox.launch import TASK_KEY
from opsctl.sandbox.task_environment import ALLOWED, SETTINGS, build


def test_settings_pass_and_all_else_is_left_out() -> None:
    given = {**container.environment("1.2.0"), "BUCKET": "b", "AWS_ACCESS_KEY_ID": TASK_KEY}
    hostile = {"GCONV_PATH": "/x", "AWS_PROFILE": "p", "TMPDIR": "/x", "https_proxy": "http://x"}
    assert build({**given, **hostile}, 8502, 7, {"LANG": "C", "GITHUB_TOKEN": "t"}) == {
        "CAPTION_VERSION": "1.2.0",
        "BUCKET": "b",
        "AWS_ACCESS_KEY_ID": TASK_KEY,
        "LANG": "C",
        "HOME": "/nonexistent",
        "HOST": "127.0.0.1",
        "PORT": "8502",
        "OPSCTL_SANDBOX_PID": "7",
    }


def test_no_setting_of_the_service_is_one_of_an_interpreter_a_loader_or_a_shell() -> None:
    steering = ("PYTHON", "LD_", "DYLD_", "MALLOC_", "GLIBC_", "SSL", "OPENSSL", "BASH")
    assert not [name for name in ALLOWED if name.startswith(steering)]
    assert not {"PATH", "HOME", "BROWSER", "ENV", "IFS", "SHELL", "TMPDIR", "PAGER"} & ALLOWED
    assert SETTINGS < ALLOWED


def test_the_settings_are_those_that_the_service_reads() -> None:
    class Recording(dict[str, str]):
        def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
            read.add(name)
            return super().get(name, default)

    read: set[str] = set()
    from_environment(Recording(CAPTIONERS="bedrock,sagemaker,huggingface"))
    assert read == SETTINGS
