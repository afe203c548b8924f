"""Great Expectations on a DuckDB connection that is already open: it has no datasource of its own for that.

Belongs here: the adapter alone. Does not belong here: any expectation (`expectations.py`).

Three things are different from its stock SQL datasource. The engine works on a cursor of the scan's own connection and
keeps it open, since DuckDB has one writer and a closed result is an empty one; a query that fails is rolled back,
since DuckDB refuses everything after it otherwise; and nobody asks for primary keys, of which there are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import duckdb
import sqlalchemy as sa
from duckdb_engine import ConnectionWrapper
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from pydantic.v1 import PrivateAttr
from sqlalchemy.pool import NullPool


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Runs every query of a validation on one connection, and never closes it."""

    def get_inspector(self) -> sa.Inspector:
        """One that says without asking that there are no primary keys. SQLAlchemy remembers which there are, but not that there
        are none: every expectation would ask again, a sixth of the time of all suites. A source's key is an expectation."""
        inspector = super().get_inspector()
        inspector.get_pk_constraint = _no_primary_key  # type: ignore[method-assign]
        return inspector

    @contextmanager
    def get_connection(self) -> Iterator[sa.Connection]:
        if not self._connection:
            self._connection = self.engine.connect()
        try:
            yield self._connection
        except Exception:
            self._connection.rollback()
            raise


class DuckDBDatasource(SQLDatasource):
    """A datasource named `duckdb`: `context.data_sources.add_duckdb(name)`, then `bind` it to an open connection."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]
    connection_string: str = "duckdb://"  # type: ignore[assignment]
    _sqlalchemy: Any = PrivateAttr(None)

    def bind(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Work on cursors of `connection`, which stays open and stays the caller's."""
        self._sqlalchemy = sa.create_engine(
            "duckdb://", creator=lambda: ConnectionWrapper(connection.cursor()), poolclass=NullPool
        )
        self._execution_engine = DuckDBExecutionEngine(engine=self._sqlalchemy, create_temp_table=False)

    def release(self) -> None:
        """Give the cursors back while the connection is still open: a cursor that outlives it is an error in the log."""
        if self._execution_engine is not None and self._execution_engine._connection is not None:
            self._execution_engine._connection.close()
        self._sqlalchemy.dispose()

    def get_engine(self) -> sa.Engine:
        return self._sqlalchemy

    def get_execution_engine(self) -> SqlAlchemyExecutionEngine:
        assert self._execution_engine is not None, "bind() comes first"
        return self._execution_engine

    def test_connection(self, test_assets: bool = True) -> None:
        """Nothing to test: the connection is open."""


def _no_primary_key(table_name: str, schema: str | None = None, **_: Any) -> Any:
    return {"constrained_columns": [], "name": None}
