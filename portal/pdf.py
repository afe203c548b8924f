"""HTML to PDF through headless Chromium, where there is one.

Belongs here: finding it, running it, and saying why there is no PDF. Does not belong here: what is printed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_SECONDS = 60
# One prints at a time: a browser takes some hundred megabytes.
_ONE = threading.Lock()


class NoPdf(Exception):
    """Why there is no PDF, in Chinese and English, for the page."""


def chromium(configured: str = "") -> str | None:
    """The browser that the settings name, else the first that is installed."""
    if configured:
        return configured if Path(configured).is_file() else None
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def pdf(html: str, configured: str = "") -> bytes:
    """Print a page that needs nothing but itself. Raises NoPdf."""
    browser = chromium(configured)
    if browser is None:
        raise NoPdf("服务器上没有 Chromium 浏览器。 / No Chromium on this server.")
    with _ONE, tempfile.TemporaryDirectory(prefix="skillwatch-") as folder:
        page, printed = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(html, encoding="utf-8")
        arguments = [
            browser, "--headless", "--disable-gpu", "--disable-extensions", "--disable-background-networking", "--disable-sync",
            "--no-first-run", "--no-pdf-header-footer", "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={printed}",
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--no-sandbox")  # Chromium refuses to start for root otherwise
        try:
            subprocess.run([*arguments, page.as_uri()], capture_output=True, timeout=_SECONDS, check=True)
        except (subprocess.SubprocessError, OSError) as error:
            raise NoPdf(f"Chromium 打印没有成功（{type(error).__name__}）。 / Chromium could not print.") from None
        if not printed.is_file():
            raise NoPdf("Chromium 没有写出 PDF。 / Chromium wrote no PDF.")
        return printed.read_bytes()
