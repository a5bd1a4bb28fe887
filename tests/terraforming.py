"""Terraform in tests: a small module of its own, and a stand-in that says what it was told to."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

needs_terraform = pytest.mark.skipif(
    shutil.which("terraform") is None, reason="there is no program terraform on this machine"
)

DIGEST = "0" * 64
MODULE = """
variable "environment" { default = "local" }
variable "account_id" { default = "123456789012" }
variable "image" { type = string }
variable "task_cpu" { default = 256 }
variable "table" { default = "captions" }
variable "password" {
  default   = "hunter2"
  sensitive = true
}
resource "terraform_data" "aws_ecs_task_definition" {
  input            = { image = var.image, cpu = var.task_cpu, password = var.password }
  triggers_replace = [var.image, var.task_cpu]
  provisioner "local-exec" {
    command     = "echo the last words; test \\"$IMAGE\\" != broken"
    environment = { IMAGE = var.image }
  }
}
resource "terraform_data" "aws_dynamodb_table" {
  triggers_replace = [var.table]
}
"""


def module(folder: Path, variables: str = 'image = "first"\n') -> Path:
    """The module in a folder, with `local.tfvars`."""
    folder.mkdir(exist_ok=True)
    (folder / "main.tf").write_text(MODULE)
    (folder / "local.tfvars").write_text(variables)
    return folder


def applied(folder: Path, *words: str) -> None:
    """Terraform by hand, as somebody else would."""
    subprocess.run(
        ["terraform", "apply", "-auto-approve", "-input=false", "-var-file=local.tfvars", *words],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def stand_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch, script: str, program: str = "terraform"
) -> Path:
    """A program on the PATH, before all others, that is a shell script; answers its record of
    words, one call a line."""
    folder.mkdir(exist_ok=True)
    path = folder / program
    record = folder / "record"
    path.write_text(f'#!/bin/sh\necho "$@" >> "{record}"\n{script}\n')
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return record


def diagnostic(summary: str, detail: str = "", **more: Any) -> str:
    """A line of Terraform that tells an error."""
    found = {"severity": "error", "summary": summary, "detail": detail, **more}
    return json.dumps({"type": "diagnostic", "diagnostic": found})
