"""HOME/alerts: messages that wait, a file each, and `sent.jsonl`, which says what went where and when.

Belongs here: that a message goes out once by each channel, and is tried again where one fails. Does not belong here: what it
says (`messages.py`), or how it is sent (`channels.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from pipelines.alerts.channels import Channel, ChannelFailed
from pipelines.alerts.messages import Message
from pipelines.home import Home

SENT = "sent.jsonl"
_ROOM = 4096  # bytes, more than a line for every channel


class Outbox:
    """The messages of one home."""

    def __init__(self, home: Home) -> None:
        self._folder = home.root / "alerts"
        self._folder.mkdir(exist_ok=True)
        self._lock = FileLock(self._folder / ".lock")

    def put(self, message: Message) -> bool:
        """Let a message wait, unless it waits already or went out before; says whether it is new."""
        with self._lock:
            if self._path(message.key).exists() or any(line["key"] == message.key for line in self._sent()):
                return False
            _write(self._path(message.key), message.as_json())
            return True

    def send(self, channels: Mapping[str, Channel]) -> tuple[int, list[str]]:
        """Send what waits by every channel; returns how many messages went out whole, and what failed (they wait on).

        Raises OSError, before anything is sent, where it could not be kept that it was: else it would go out at every try.
        """
        whole, failed = 0, []
        with self._lock:
            if self.waiting():
                self._prove_writable()
            gone = {(line["key"], line["channel"]) for line in self._sent()}
            for path in self.waiting():
                message = Message(**json.loads(path.read_text(encoding="utf-8")))
                left = [name for name in channels if (message.key, name) not in gone]
                for name in list(left):
                    try:
                        channels[name](message)
                    except ChannelFailed as error:
                        failed.append(f"{message.key}: {error}")
                        continue
                    self._log(message.key, name)
                    left.remove(name)
                if channels and not left:
                    path.unlink()
                    whole += 1
        return whole, failed

    def waiting(self) -> list[Path]:
        """The messages that have not gone out by every channel, the oldest first."""
        return sorted(self._folder.glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))

    def _path(self, key: str) -> Path:
        return self._folder / f"{key.replace(':', '')}.json"

    def _sent(self) -> list[dict[str, Any]]:
        """What went out. A line that a power cut has torn says nothing: its message may go out twice, and holds up no other."""
        path = self._folder / SENT
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
        return [line for text in lines if (line := _line(text)) is not None]

    def _prove_writable(self) -> None:
        with (self._folder / SENT).open("a", encoding="utf-8"):
            pass
        probe = self._folder / "room.part"
        try:
            probe.write_bytes(bytes(_ROOM))
        finally:
            probe.unlink(missing_ok=True)

    def _log(self, key: str, channel: str) -> None:
        line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "key": key, "channel": channel}
        path = self._folder / SENT
        torn = path.is_file() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
        with path.open("a", encoding="utf-8") as file:
            file.write(("\n" if torn else "") + json.dumps(line) + "\n")


def _line(text: str) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) and {"key", "channel"} <= line.keys() else None


def _write(path: Path, value: Any) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    part.replace(path)
