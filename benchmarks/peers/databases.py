"""SQLite in a temporary file, and PostgreSQL started on loopback in a temporary folder where its Debian package is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.peers.rules_sql import INDEXES


class Unavailable(RuntimeError):
    """A peer that cannot be run here; the message says why."""


_TYPES = {pl.Boolean: "BOOLEAN", pl.Date: "DATE", pl.Datetime: "TIMESTAMP"}


def _type(kind: pl.DataType) -> str:
    if kind.is_integer():
        return "BIGINT"
    if kind.is_decimal() or kind.is_float():
        return "NUMERIC"
    return _TYPES.get(kind.base_type(), "TEXT")


@contextmanager
def sqlite() -> Iterator[sqlite3.Connection]:
    """A new database in a temporary file."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "bench.sqlite")
        try:
            yield connection
        finally:
            connection.close()


def fill_sqlite(connection: sqlite3.Connection, tables: dict[str, pl.DataFrame]) -> None:
    """Create, load and index the tables; dates and times as ISO text, as SQLite wants them."""
    for name, frame in tables.items():
        columns = ", ".join(f"{column} {_type(kind).replace('NUMERIC', 'REAL')}" for column, kind in frame.schema.items())  # fmt: skip
        connection.execute(f"CREATE TABLE {name} ({columns})")
        text = frame.with_columns(
            pl.selectors.date().dt.strftime("%Y-%m-%d"), pl.selectors.datetime().dt.strftime("%Y-%m-%d %H:%M:%S"), pl.selectors.decimal().cast(pl.Float64)
        )  # fmt: skip
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * frame.width)})", text.iter_rows())
    _index(connection, tables)
    connection.execute("ANALYZE")
    connection.commit()


def _index(connection: Any, tables: dict[str, pl.DataFrame]) -> None:
    for name, keys in INDEXES.items():
        if name in tables:
            for at, columns in enumerate(keys):
                connection.execute(f"CREATE INDEX {name}_{at} ON {name} ({columns})")


def _programs() -> Path:
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    raise Unavailable("PostgreSQL is not installed (Debian: apt-get install postgresql)")


@contextmanager
def postgresql() -> Iterator[Any]:
    """A new cluster on a free loopback port, gone afterwards. Root starts it as postgres or nobody, for initdb refuses root."""
    try:
        import psycopg
    except ImportError as error:
        raise Unavailable(f"psycopg: {error}") from error
    programs = _programs()
    owner = _owner() if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory() as folder:
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        user = {"user": owner.pw_uid, "group": owner.pw_gid} if owner else {}
        cluster = Path(folder) / "data"

        def run(*command: str) -> None:
            done = subprocess.run(
                command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **user
            )  # type: ignore[call-overload]
            if done.returncode:
                raise Unavailable(f"PostgreSQL did not start: {done.stdout.strip().splitlines()[-1:]}")

        run(
            str(programs / "initdb"), "-D", str(cluster), "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"
        )
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c shared_buffers=512MB -c work_mem=256MB"
        run(str(programs / "pg_ctl"), "-D", str(cluster), "-o", options, "-l", str(cluster / "log"), "-w", "start")
        try:
            with psycopg.connect(host="127.0.0.1", port=port, user="bench", dbname="postgres", autocommit=True) as connection:  # fmt: skip
                yield connection
        finally:
            run(str(programs / "pg_ctl"), "-D", str(cluster), "-m", "immediate", "-w", "stop")


def _owner() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Unavailable("initdb refuses root, and there is neither a user postgres nor nobody")


def fill_postgresql(connection: Any, tables: dict[str, pl.DataFrame]) -> None:
    """Create, load (COPY) and index the tables."""
    for name, frame in tables.items():
        columns = ", ".join(f"{column} {_type(kind)}" for column, kind in frame.schema.items())
        connection.execute(f"CREATE TABLE {name} ({columns})")
        with connection.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
            copy.write(frame.write_csv(include_header=False, datetime_format="%Y-%m-%d %H:%M:%S"))
    _index(connection, tables)
    connection.execute("ANALYZE")
