"""Dagster's event log in SQLite over connections that are kept: Dagster itself opens and closes one for every statement.

Belongs here: how the SQLite files are opened. Does not belong here: what is taken out of an event (`event_log.py`).

Every event is committed before the next step goes on, so that the UI shows a run while it goes on and a killed process loses
none. What is committed is on disk at the next checkpoint: a power cut may cost the last events of a run, never the file.
"""

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from dagster import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import NullPool, QueuePool

_KEPT = 4
"""How many files are kept open: the index, and the runs that were asked for last. The UI may be asked for any number."""
_WAITS = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}


class KeptSqliteEventLog(SqliteEventLogStorage):
    """Like its base, with one open connection a file; Dagster's lock lets one thread in at a time."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if shard not in self._initialized_dbs:
                self._initdb(create_engine(self.conn_string_for_shard(shard), poolclass=NullPool, connect_args=_WAITS))
                self._initialized_dbs.add(shard)
            with self._engine(shard).connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard), poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args=_WAITS
            )
            event.listen(engine, "connect", _without_waiting_for_the_disk)
            self._engines[shard] = engine
            while len(self._engines) > _KEPT:
                self._engines.popitem(last=False)[1].dispose()
        self._engines.move_to_end(shard)
        return self._engines[shard]

    def store_event(self, event: EventLogEntry) -> None:
        super().store_event(event)
        # Who watches a run in the UI watches its file, which an open connection writes to only now and then.
        with suppress(OSError):
            os.utime(self.path_for_shard(event.run_id))

    def wipe(self) -> None:
        self._close()
        super().wipe()

    def dispose(self) -> None:
        super().dispose()
        self._close()

    def _close(self) -> None:
        with self._db_lock:
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()


def _without_waiting_for_the_disk(connection: Any, _: Any) -> None:
    """With a write-ahead log, what is committed outlives the process all the same."""
    connection.execute("PRAGMA synchronous = NORMAL")
