"""What the schema's part `config_data` adds; test_config_schema.py holds every key to its form."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsctl.errors import BadConfig
from opsctl.targets import config_file
from opsctl.targets.data_map import BucketData, LogData, TableData

HEAD = '[env.prod]\naccount = "123456789012"\nregion = "eu-west-1"\n'


def read(text: str) -> object:
    return config_file.check(HEAD + text, Path("opsctl.toml")).environments["prod"].get("data")


def test_a_data_map_is_read() -> None:
    found = read(
        '[[env.prod.data]]\nbucket = "b"\nprefix = "images/{user_id}/"\n'
        '[[env.prod.data]]\ntable = "t"\nkey = { PK = "USER#{user_id}" }\n'
        '[[env.prod.data]]\nlog_group = "/ecs/x"\n'
    )
    assert found == (
        BucketData("b", "images/{user_id}/"),
        TableData("t", (("PK", "USER#{user_id}"),)),
        LogData("/ecs/x"),
    )


@pytest.mark.parametrize(
    "text",
    [
        '[[env.prod.data]]\nbucket = "b"\nprefix = "images/{user_id}"\n',
        '[[env.prod.data]]\nbuckets = "b"\nprefix = "images/{user_id}/"\n',
        '[[env.prod.data]]\ntable = "t"\n',
        'data = "everything"\n',
        "data = [{ bucket = 3 }]\n",
    ],
)
def test_a_map_with_a_mistake_is_told_with_its_form(text: str) -> None:
    with pytest.raises(BadConfig, match="data: expected tables"):
        read(text)
