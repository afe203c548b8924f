"""Runs the portal with uvicorn: on loopback, unless told otherwise, and one process.

Belongs here: starting. Does not belong here: what is served (`app.py`).
"""

from __future__ import annotations

import uvicorn

from pipelines.home import Home
from portal.app import create_app

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(home: Home, host: str, port: int, proxies: str = "127.0.0.1") -> None:
    """Serve until ended. `proxies` are the addresses whose word on the visitor's address is believed."""
    uvicorn.run(
        create_app(home), host=host, port=port, log_level="warning", access_log=False, server_header=False, date_header=False,
        proxy_headers=True, forwarded_allow_ips=proxies, timeout_keep_alive=30, limit_concurrency=200, h11_max_incomplete_event_size=32768,
    )  # fmt: skip
