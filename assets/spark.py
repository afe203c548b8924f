"""The engine Spark: the same SELECTs, translated, over Parquet that the warehouse and Spark hand to each other.

Belongs here: the session and the handing over. Does not belong here: what the SQL means there (`models/spark_dialect.py`).

What Spark needs it is given from the warehouse, once; what it computes, the warehouse takes in, with the very types
that it would have given the columns itself. Both must see the folder of the exchange: in one machine any folder will
do, on a cluster it lies where every executor can read and write.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from assets.engine import EngineError
from models.spark_dialect import spark_type, tables_read, to_spark, view_name

MASTER = "SKILLWATCH_SPARK_MASTER"
EXCHANGE = "SKILLWATCH_SPARK_EXCHANGE"
# What the results rest on, whatever the operator says.
_ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
}
# No page that listens on the network, no bar across our own progress.
_DEFAULT = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
# On one machine: loopback only, and as little as a laptop has.
_LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "2",
}


def spark_session(conf: Mapping[str, str]) -> Any:
    """A session as ``conf`` says (keys of Spark); its master from there, the environment, or two threads of this machine.

    Raises EngineError saying what to install where there is no PySpark or no Java.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineError(
            "没有安装 PySpark：pip install --require-hashes -r requirements-spark.lock，或改用 --engine duckdb。 / "
            "PySpark is not installed: pip install --require-hashes -r requirements-spark.lock, or use --engine duckdb."
        ) from error
    master = conf.get("spark.master") or os.environ.get(MASTER) or "local[2]"
    local = _LOCAL if master.startswith("local") else {}
    if local:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master(master).appName("skillwatch")
    for name, value in {**_DEFAULT, **local, **conf, **_ALWAYS}.items():
        builder = builder.config(name, value)
    try:
        with _started_apart():
            session = builder.getOrCreate()
    except Exception as error:
        raise EngineError(
            f"Spark（{master}）启动不了：检查 Java 17 或更新版本（JAVA_HOME）和 {MASTER}。 / "
            f"Spark ({master}) does not start: check Java 17 or newer (JAVA_HOME) and {MASTER}. ({error})"
        ) from error
    # What goes wrong is told by EngineError; Spark's own log would quote values of the data.
    session.sparkContext.setLogLevel("OFF")
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    return session


@contextmanager
def _started_apart() -> Iterator[None]:
    """Start Java without copying this process first: PySpark forks, only so that Java does not hear Ctrl-C, and a system
    refuses to fork what has mapped more than its memory. A session of its own does not hear it either."""
    from pyspark import java_gateway as gateway

    java_gateway: Any = gateway

    original = java_gateway.Popen
    java_gateway.Popen = lambda *command, preexec_fn=None, **told: original(*command, start_new_session=True, **told)
    try:
        yield
    finally:
        java_gateway.Popen = original


class SparkEngine:
    """Computes on a Spark session, which starts with the first SELECT; ``exchange`` is a folder of this
    scan alone, which goes at its end."""

    name = "spark"

    def __init__(self, connection: duckdb.DuckDBPyConnection, exchange: Path, conf: Mapping[str, str]) -> None:
        self._connection = connection
        self._exchange = exchange
        self._conf = conf
        self._given: set[str] = set()

    def close(self) -> None:
        """End the session and leave nothing behind."""
        if "_session" in self.__dict__:
            self._session.stop()
        shutil.rmtree(self._exchange, ignore_errors=True)

    @cached_property
    def _session(self) -> Any:
        self._exchange.mkdir(mode=0o700, parents=True)
        return spark_session(self._conf)

    def materialise(self, table: str, sql: str, *, temporary: bool = False) -> int:
        columns = {name: kind for name, kind, *_ in self._connection.execute(f"DESCRIBE {sql}").fetchall()}
        folder = self._exchange / f"{view_name(table)}.computed"
        selected = self._selected(sql).toDF(*columns)
        typed = [f"CAST(`{name}` AS {spark_type(kind)}) AS `{name}`" for name, kind in columns.items()]
        self._run(lambda: selected.selectExpr(*typed).write.mode("overwrite").parquet(folder.as_posix()))
        self._given.discard(table)
        if not temporary:
            self._show(table, folder, columns)
        told = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in columns.items())
        self._connection.execute(
            f"CREATE OR REPLACE {'TEMP TABLE' if temporary else 'TABLE'} {table} AS "
            f"SELECT {told} FROM read_parquet('{_quoted(folder)}/*.parquet')"
        )
        row = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(row[0]) if row else 0

    def frame(self, sql: str) -> pl.DataFrame:
        selected = self._selected(sql)
        return pl.DataFrame(pl.from_arrow(self._run(selected.toArrow)))

    def count(self, sql: str) -> int:
        return int(self._run(self._selected(sql).collect)[0][0])

    def _selected(self, sql: str) -> Any:
        session = self._session
        for table in tables_read(sql):
            if table not in self._given:
                self._give(table)
        return self._run(lambda: session.sql(to_spark(sql)))

    def _give(self, table: str) -> None:
        """Hand a table of the warehouse to Spark. Parquet has no integer of 128 bits: DuckDB would write a DOUBLE."""
        folder = self._exchange / f"{view_name(table)}.given"
        folder.mkdir(parents=True, exist_ok=True)
        columns = {name: kind for name, kind, *_ in self._connection.execute(f"DESCRIBE {table}").fetchall()}
        told = ", ".join(
            f'CAST("{name}" AS DECIMAL(38, 0)) AS "{name}"' if kind == "HUGEINT" else f'"{name}"'
            for name, kind in columns.items()
        )
        self._connection.execute(
            f"COPY (SELECT {told} FROM {table}) TO '{_quoted(folder)}/rows.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )
        self._show(table, folder, columns)

    def _show(self, table: str, folder: Path, columns: Mapping[str, str]) -> None:
        """Make the files a view of Spark's. Their types are told, or Spark would start a job to ask every file for them."""
        types = ", ".join(f"`{name}` {spark_type(kind)}" for name, kind in columns.items())
        read = self._session.read.schema(types)
        self._run(lambda: read.parquet(folder.as_posix()).createOrReplaceTempView(view_name(table)))
        self._given.add(table)

    def _run(self, work: Callable[[], Any]) -> Any:
        from pyspark.errors import AnalysisException, PySparkException

        try:
            return work()
        except AnalysisException as error:
            raise EngineError(str(error).partition("\n\nJVM stacktrace")[0]) from None
        except PySparkException as error:
            # Once data are read the text quotes them, and so would the traceback; the condition does not.
            raise EngineError(f"Spark: {error.getCondition() or type(error).__name__}") from None


def _quoted(path: Path) -> str:
    return path.as_posix().replace("'", "''")
