"""The resource `scan`: one lock, one connection and one set of wishes for a whole run."""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
from pydantic import PrivateAttr

from assets.engine import DuckEngine, Engine
from assets.freshness import Freshness
from assets.spark import EXCHANGE, SparkEngine
from models.law import ParameterRow, load_overrides
from pipelines.home import Home, open_warehouse
from pipelines.progress import report
from pipelines.run_record import recorded
from pipelines.settings import read_settings


class ScanResource(dg.ConfigurableResource):
    """What the operator asked for, and the open warehouse. Empty fields mean: as the environment or the home says."""

    home: str = ""
    inbox: str = ""
    as_of: str = ""
    parameters: str = ""
    reveal: bool = False
    wait_seconds: float = 900.0
    full: bool = False
    memory: str = ""
    engine_name: str = "duckdb"
    spark_conf: dict[str, str] = {}  # noqa: RUF012  (pydantic copies it)
    still_seconds: float = 0.0  # files that changed less long ago are left for the next scan

    _connection: duckdb.DuckDBPyConnection | None = PrivateAttr(default=None)
    _engine: Engine | None = PrivateAttr(default=None)
    _freshness: Freshness | None = PrivateAttr(default=None)
    _overrides: Sequence[ParameterRow] = PrivateAttr(default=())

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["ScanResource"]:
        """Hold the home for the whole run, so that two scans never mix; open the warehouse late, close it always."""
        home = self._home
        with (
            recorded(home, context.instance, context.run.run_id if context.run else None),
            home.held(purpose="scan", wait=self.wait_seconds, say=lambda text: print(text, file=sys.stderr)),
        ):
            self._overrides = load_overrides(Path(self.parameters)) if self.parameters else ()
            self._connection = open_warehouse(home, memory=self.memory or read_settings(home).memory)
            # Unmasked rows that a broken-off Spark scan has left, whatever computes this one.
            shutil.rmtree(self._exchange, ignore_errors=True)
            spark = self._spark(self._connection) if self.engine_name == "spark" else None
            self._engine = spark or DuckEngine(self._connection)
            try:
                self._freshness = Freshness(self._connection, self.engine.name)
                if self.full:
                    self._freshness.forget_all()
                yield self
            finally:
                if spark:
                    spark.close()
                self._connection.close()
                self._connection = self._engine = self._freshness = None

    def _spark(self, connection: duckdb.DuckDBPyConnection) -> SparkEngine:
        return SparkEngine(connection, self._exchange, self.spark_conf)

    @property
    def _exchange(self) -> Path:
        """This home's own folder for handing rows to Spark: homes of one name may share what the environment names."""
        shared, root = os.environ.get(EXCHANGE), self._home.root
        if not shared:
            return root / "spill" / "spark"
        return Path(shared) / f"{root.name}-{hashlib.sha256(str(root).encode()).hexdigest()[:12]}"

    @property
    def _home(self) -> Home:
        return Home.at(self.home or None)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise RuntimeError("The warehouse is only open while a run executes.")
        return self._connection

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("An engine is only there while a run executes.")
        return self._engine

    @property
    def freshness(self) -> Freshness:
        if self._freshness is None:
            raise RuntimeError("What is fresh is only known while a run executes.")
        return self._freshness

    @property
    def home_folder(self) -> Path:
        return self._home.root

    @property
    def inbox_folder(self) -> Path:
        return Path(self.inbox).absolute() if self.inbox else self._home.inbox

    @property
    def deliveries_folder(self) -> Path:
        return self._home.deliveries

    @property
    def publications_folder(self) -> Path:
        return self._home.publications

    @property
    def as_of_date(self) -> date | None:
        return date.fromisoformat(self.as_of) if self.as_of else None

    @property
    def overrides(self) -> Sequence[ParameterRow]:
        return self._overrides

    @property
    def portal(self) -> str:
        return read_settings(self._home).portal

    def report(self, stage: str, detail: str) -> None:
        report(stage, detail)
