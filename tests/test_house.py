"""The house rules: imports point right, files stay readable, every rule and parameter is complete, no machine is named."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from assets.model_tables import MODEL_TABLES
from checks.rule import read_rules
from models.law import load_notices, load_parameter_files
from models.query import read_queries

ROOT = Path(__file__).parent.parent
LINE = ("portal", "pipelines", "assets", "checks", "models")
# The shell starts the portal and checks its audit log; it loads it when it is asked for, and nothing else may.
DOORS = (ROOT / "pipelines" / "cli.py", ROOT / "pipelines" / "commands" / "proof.py")
MODULES = sorted(path for layer in LINE for path in (ROOT / layer).rglob("*.py"))
SQL = sorted([*(ROOT / "checks" / "rules").glob("*.sql"), *(ROOT / "assets" / "tables").glob("*.sql")])
RULES = read_rules()
TABLES = read_queries(ROOT / "assets" / "tables")
UNORDERED = re.compile(r"\b(any_value|first|last|mode|arbitrary)\s*\(", re.IGNORECASE)
UNORDERED_LIST = re.compile(r"\b(list|array_agg|string_agg)\s*\((?![^()]*(\([^()]*\)[^()]*)*ORDER BY)", re.IGNORECASE)


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=_named)
def test_imports_point_right(path: Path) -> None:
    layer = path.relative_to(ROOT).parts[0]
    left = set(LINE[: LINE.index(layer)]) - ({"portal"} if path in DOORS else set())
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        wrong = [name for name in names if name.split(".")[0] in left]
        assert not wrong, f"{_named(path)} imports {wrong}: {layer} may import only from {LINE[LINE.index(layer) :]}"


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "__init__.py"], ids=_named)
def test_a_module_says_what_belongs_in_it_and_fits_one_sitting(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "the first lines say what belongs here"
    assert len(text.splitlines()) <= 300, "too long to read in one sitting: split it"


@pytest.mark.parametrize("path", SQL, ids=_named)
def test_sql_is_short_ordered_and_without_engine_tricks(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    body = text.partition("*/")[2]
    assert len(text.splitlines()) <= 110, "an SQL file is a page or two: derive a table first"
    assert not UNORDERED.search(body), "an unordered aggregate gives other bytes on another machine"
    assert not UNORDERED_LIST.search(body), "a list needs ORDER BY"
    assert " ~ " not in body, "write regexp_matches or regexp_full_match: ~ means different things in two versions"


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_a_rule_cites_words_that_stand_in_its_clause(rule_id: str) -> None:
    rule, notices = RULES[rule_id], load_notices()
    assert rule.notice in notices, f"no notice {rule.notice} in data/law/notices"
    notice = notices[rule.notice]
    notice.clause(rule.clause)
    if notice.retold:
        assert rule.says is None, "a retold norm quotes nothing"
    else:
        assert rule.says and notice.quotes(rule.clause, rule.says), f"{rule.says!r} does not stand in {rule.clause}"


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_a_rule_reads_what_exists_and_never_calls_anybody_a_fraud(rule_id: str) -> None:
    rule = RULES[rule_id]
    assert rule.query.reads <= TABLES.keys() | MODEL_TABLES.keys() | {"parameter", "scan"}
    words = " ".join([*rule.title.values(), *rule.explain.values(), rule.means, rule.remedy])
    assert not re.search(r"诈骗|欺诈|骗取|骗补|\bfraud", words, re.IGNORECASE)


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_no_number_of_the_law_stands_in_a_rule(rule_id: str) -> None:
    numbers = re.findall(r"(?<![\w.'])\d+(?:\.\d+)?(?![\w'])", re.sub(r"'[^']*'", "''", RULES[rule_id].query.sql))
    allowed = {"0", "1", "2", "4", "14", "10", "60", "100"}  # positions in codes, DECIMAL(14, 2), unit conversions
    assert set(numbers) <= allowed, f"{sorted(set(numbers) - allowed)}: a number of the law is a row of `parameter`"


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_says_what_it_is_in_both_languages(name: str) -> None:
    header = TABLES[name].header
    assert header.get("says") and set(header.get("title", {})) == {"zh", "en"}


def test_every_parameter_of_a_rule_exists() -> None:
    known = set(load_parameter_files())
    for rule in RULES.values():
        for name in re.findall(r"\.id = '([^']+)'", rule.query.sql):
            assert name in known or any(one.startswith(f"{name}.") for one in known), (
                f"{rule.rule_id}: no parameter {name}"
            )


def test_no_script_lies_beside_the_folders() -> None:
    assert not list(ROOT.glob("*.py")), "code has its place in a folder"


def test_no_machine_and_no_index_is_named() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    wrong = re.compile(r"(?<![\w.])/(?:work|root|home/[a-z]+)/|--(?:extra-)?index-url|pypi\.org/simple")
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if (
            path.suffix in {".py", ".md", ".yaml", ".toml", ".sql", ".lock", ".sh", ""}
            and path.is_file()
            and path != Path(__file__)
        ):
            found = wrong.search(path.read_text(encoding="utf-8", errors="ignore"))
            assert not found, f"{name} names a machine or an index: {found.group()}"
