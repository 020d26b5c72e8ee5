"""Data sets: rows that other departments hold, how they come here, and what rules may ask of them."""

from monitors.datasets.asking import Asked, DataSets, NoDataSets, Row, Spread, StoredDataSets, load_rows
from monitors.datasets.loading import Load, Loads, Report
from monitors.datasets.schema import Field, Schema, Schemas, read_schemas
from monitors.datasets.sheets import Refusal

__all__ = [
    "Asked",
    "DataSets",
    "Field",
    "Load",
    "Loads",
    "NoDataSets",
    "Refusal",
    "Report",
    "Row",
    "Schema",
    "Schemas",
    "Spread",
    "StoredDataSets",
    "load_rows",
    "read_schemas",
]
