"""The law as data: the notices word for word, and the dated parameters that carry their clause.

Belongs here: reading `data/law`, reading a `--parameters` file, and working out which value is in force where and when.
Does not belong here: what a rule does with a value (`checks/rules`), and any warehouse, clock or network.
"""

from models.law.coverage import Covered, Guard, load_coverage, load_guards
from models.law.notices import Clause, Notice, Sentence, load_notices
from models.law.overrides import load_overrides
from models.law.parameters import Parameter, ParameterRow, load_parameter_files, load_parameters
from models.law.reading import LawError
from models.law.resolution import NATION, Looser, as_rows_for_manifest, looser, resolve

__all__ = [
    "NATION",
    "Clause",
    "Covered",
    "Guard",
    "LawError",
    "Looser",
    "Notice",
    "Parameter",
    "ParameterRow",
    "Sentence",
    "as_rows_for_manifest",
    "load_coverage",
    "load_guards",
    "load_notices",
    "load_overrides",
    "load_parameter_files",
    "load_parameters",
    "looser",
    "resolve",
]
