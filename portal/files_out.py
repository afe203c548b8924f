"""Files on their way to a visitor: made in HOME/portal/leaving, sent, and deleted.

Belongs here: the folder, the answers and their headers. Does not belong here: what is in the files.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

LEAVING = "leaving"
_STALE = 3600


@contextmanager
def leaving(portal_folder: Path) -> Iterator[Path]:
    """A fresh folder for one download; deleted where making the file fails, else by `sent`."""
    root = portal_folder / LEAVING
    root.mkdir(mode=0o700, exist_ok=True)
    for left in root.iterdir():  # what a crash left behind
        if time.time() - left.stat().st_mtime > _STALE:
            shutil.rmtree(left, ignore_errors=True)
    folder = root / secrets.token_hex(8)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def sent(file: Path, name: str, kind: str) -> FileResponse:
    """Send a file of `leaving`, and delete its folder when it is gone."""
    folder = next(parent for parent in file.parents if parent.parent.name == LEAVING)
    clean = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(file, media_type=kind, filename=name, background=clean)


def attachment(content: bytes, name: str, kind: str) -> Response:
    """Bytes as a file. The name is made of ids only."""
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
