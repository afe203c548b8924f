"""Whether the tests of the marker `spark` can run here, and the settings with which tiny data are quick on Spark."""

from __future__ import annotations

import importlib.util
import os
import shutil


def missing() -> str | None:
    """Why there is no Spark here; None where there is."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        return "no Java on this machine: install Java 17 or newer"
    if importlib.util.find_spec("pyspark") is None:
        return "no PySpark: pip install --require-hashes -r requirements-spark.lock"
    return None


# Compiling code for a query costs more than running it on a few rows; one task at a time is enough for them.
TINY = {
    "spark.master": "local[2]",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
}
