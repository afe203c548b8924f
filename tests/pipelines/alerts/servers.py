"""A mail server and a webhook on loopback, which keep what they are sent."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def mail_server(refuses: bool = False) -> Iterator[tuple[int, list[str]]]:
    """(port, the mails as they came). `refuses`: every recipient is turned away."""
    mails: list[str] = []

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            for line in self.rfile:
                word = line.decode().strip().upper()
                if word.startswith("DATA"):
                    self._say("354 go on")
                    text = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        text += part
                    mails.append(text.decode())
                    self._say("250 kept")
                elif word.startswith("QUIT"):
                    self._say("221 bye")
                    return
                else:
                    self._say("550 nobody here" if refuses and word.startswith("RCPT") else "250 ok")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], mails
        server.shutdown()


@contextmanager
def webhook_server() -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]], list[int]]]:
    """(address, (authorization, body) of each call, the answers to give; 200 where none is left)."""
    calls: list[tuple[str, dict[str, Any]]] = []
    answers: list[int] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            calls.append((self.headers.get("Authorization", ""), body))
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hook", calls, answers
        server.shutdown()
