"""Dagster's event log in PostgreSQL, swept like the one in SQLite.

Belongs here: the class that HOME/dagster/dagster.yaml names where Dagster's record is kept in PostgreSQL (docs/operator.md).
Needs dagster-postgres, which is no part of requirements.lock; nothing else imports this module.
"""

from typing import Any

from dagster._core.storage.config import PostgresStorageConfig
from dagster_postgres import PostgresEventLogStorage
from dagster_postgres.utils import pg_url_from_config

from pipelines.event_log import SweptEventLog


class SweptPostgresEventLog(SweptEventLog, PostgresEventLogStorage):
    """Takes the same configuration as `PostgresEventLogStorage`."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: PostgresStorageConfig) -> "SweptPostgresEventLog":
        return cls(inst_data=inst_data, postgres_url=pg_url_from_config(config_value))
