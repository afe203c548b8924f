"""YAML of plain values, from our own files: read by libyaml where PyYAML was built with it, several times as quick.

Does not belong here: what the law's files or a person's settings hold; they are read with better messages where they are used.
"""

from __future__ import annotations

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def plain_yaml(text: str) -> Any:
    """What a YAML text holds, by the safe rules. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_LOADER)
