"""A `docker` for the PATH that records what it is told, and pushes into the sandbox's ECR.

In its folder: `calls` gets one JSON line for each run, with the words and what was said to it;
`version`, `build` and `push` may hold an exit code and words to say, to make that fail; `slow`
makes a build last.
"""

from __future__ import annotations

import json
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = """
import hashlib, json, pathlib, sys, time
sys.path[:] = {path!r}
place = pathlib.Path({place!r})
words = sys.argv[1:]
said = sys.stdin.read() if words[0] == "login" else ""
with open(place / "calls", "a") as out:
    print(json.dumps({{"words": words, "said": said}}), file=out)
if (place / words[0]).exists():
    code, _, text = (place / words[0]).read_text().partition(" ")
    print(text, file=sys.stderr)
    sys.exit(int(code))
if words[0] == "version":
    print("28.0.0")
if words[0] == "build":
    print("Step 1/2 : FROM python")
    print("\\x1b[31mStep 2/2 : CMD\\x1b[0m", flush=True)
    if (place / "slow").exists():
        time.sleep(60)
if words[0] == "push":
    import boto3
    image = words[1]
    repository, _, tag = image.partition("/")[2].partition(":")
    manifest = json.dumps({{
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {{"mediaType": "application/vnd.docker.container.image.v1+json", "size": 2,
                   "digest": "sha256:" + hashlib.sha256(tag.encode()).hexdigest()}},
        "layers": [],
    }})
    ecr = boto3.client("ecr", endpoint_url={endpoint!r}, region_name="us-east-1",
                       aws_access_key_id="docker", aws_secret_access_key="docker")
    pushed = ecr.put_image(repositoryName=repository, imageManifest=manifest, imageTag=tag,
                           imageManifestMediaType=json.loads(manifest)["mediaType"])
    print("The push refers to repository [" + image + "]")
    print(tag + ": digest: " + pushed["image"]["imageId"]["imageDigest"] + " size: 528")
"""


@dataclass(frozen=True)
class RecordingDocker:
    """The folder with the program: the first of a PATH."""

    folder: Path

    def calls(self) -> list[dict[str, Any]]:
        """Every run: its words, and what was said to it."""
        file = self.folder / "calls"
        return [json.loads(it) for it in file.read_text().splitlines()] if file.exists() else []

    def words(self) -> list[str]:
        """The first word of every run."""
        return [it["words"][0] for it in self.calls()]

    def fail(self, word: str, text: str, code: int = 1) -> None:
        """From now on this command ends badly, with these words."""
        (self.folder / word).write_text(f"{code} {text}")


def install(folder: Path, endpoint: str) -> RecordingDocker:
    """Puts it into a new folder."""
    folder.mkdir()
    text = PROGRAM.format(path=sys.path, place=str(folder), endpoint=endpoint)
    program = folder / "docker"
    program.write_text(f"#!{sys.executable} -S\n{text}")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    return RecordingDocker(folder)
