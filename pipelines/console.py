"""What a run says on its own output, which Dagster keeps a file of: warnings and errors, told without the values of a row."""

import logging
import sys

import dagster as dg

from pipelines.event_log import without_values


class _Swept(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return without_values(super().format(record))


@dg.logger(
    config_schema={"log_level": dg.Field(str, default_value="WARNING", is_required=False)},
    description="只记警告和错误，不带行里的值。 / Warnings and errors alone, without the values of a row.",
)
def console(context: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("skillwatch.run", level=context.logger_config["log_level"].upper())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Swept("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    return logger
