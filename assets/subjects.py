"""What the models need to know of subjects beside their features: peers, owners, money, rule hits.

Belongs here: SELECTs whose rows are keyed by a subject. Does not belong here: features (one file each in
`models/features`), judgements (`judged_subjects.py`), or what is made of all this (`scores.py`).
"""

from __future__ import annotations

import duckdb

CLASS_PEERS = (
    "SELECT class_id AS key, setting, size, occupation, level, city, season FROM class_profiles ORDER BY class_id"
)

# <level>_<owner>: one row per subject, its key and its owner's.
LINKS = {
    "class_institution": "SELECT class_id, organiser_id FROM class_profiles",
    "class_trainer": "SELECT class_id, trainer_id FROM class_profiles",
    "class_assessor": """
        WITH counted AS (
            SELECT class_id, assessor_id, count(*) AS claims
            FROM certificate_claims WHERE class_id IS NOT NULL AND assessor_id IS NOT NULL GROUP BY class_id, assessor_id
        ),
        ranked AS (SELECT *, row_number() OVER (PARTITION BY class_id ORDER BY claims DESC, assessor_id) AS place FROM counted)
        SELECT class_id, assessor_id FROM ranked WHERE place = 1""",
    "class_payee": "SELECT class_id, min(payee_account) FROM class_claims GROUP BY class_id",
    "claim_class": "SELECT claim_id, min(class_id) FROM live_claims WHERE class_id IS NOT NULL GROUP BY claim_id",
    "claim_institution": "SELECT claim_id, min(claimant_id) FROM live_claims GROUP BY claim_id",
    "claim_assessor": "SELECT claim_id, min(assessor_id) FROM certificate_claims GROUP BY claim_id",
}

_THROUGH = {
    "class": "SELECT class_id AS key, claim_id, amount, class_division AS division, organiser_id AS institution_id FROM class_claims",
    "institution": """
        SELECT organiser_id AS key, claim_id, amount, division, organiser_id AS institution_id FROM class_claims
        UNION SELECT claimant_id, claim_id, amount, division, claimant_id FROM live_claims WHERE subsidy_kind = 'work_training'""",
    "assessor": "SELECT assessor_id AS key, claim_id, amount, division, assessor_id AS institution_id FROM certificate_claims",
}
_OF_CLAIMS = """
    SELECT
        claim_id AS subject_key, min(division) AS division, min(claimant_id) AS institution_id, max(amount) AS amount, [claim_id] AS claim_ids
    FROM live_claims
    WHERE claim_id IS NOT NULL
    GROUP BY claim_id"""


def amounts(level: str) -> str:
    """SELECT of every subject that live claims go through, in any order: subject_key, division, institution_id, amount, claim_ids.

    A division is the subject's own where it has one, else that of most of its claims. A claim listed twice counts once, with its largest amount.
    """
    if level == "claim":
        return _OF_CLAIMS
    return f"""
        WITH through AS (
            SELECT key, claim_id, max(amount) AS amount, min(division) AS division, min(institution_id) AS institution_id
            FROM ({_THROUGH[level]}) AS every_line
            WHERE key IS NOT NULL
            GROUP BY key, claim_id
        ),
        counted AS (SELECT key, division, count(*) AS claims FROM through GROUP BY key, division),
        usual AS (SELECT key, division, row_number() OVER (PARTITION BY key ORDER BY claims DESC, division) AS place FROM counted),
        summed AS (
            SELECT key, min(institution_id) AS institution_id, sum(amount) AS amount, list(claim_id ORDER BY claim_id) AS claim_ids
            FROM through
            GROUP BY key
        )
        SELECT CAST(s.key AS VARCHAR) AS subject_key, coalesce(o.division, u.division) AS division, s.institution_id, s.amount, s.claim_ids
        FROM summed AS s
        JOIN usual AS u ON u.key = s.key AND u.place = 1
        LEFT JOIN organisations AS o ON o.institution_id = s.key"""


def weak_labels(connection: duckdb.DuckDBPyConnection, level: str) -> str:
    """SELECT of the keys that signs of fake training have hit, as weak labels: rules over classes, or over a third of a class's claims."""
    names = connection.execute(
        "SELECT table_name FROM duckdb_columns() WHERE schema_name = 'hits' AND column_name = 'claim_ids' ORDER BY table_name"
    ).fetchall()
    known = {name for (name,) in names}
    union = " UNION ALL ".join(
        f"SELECT unnest(claim_ids) AS claim_id FROM hits.{name}" for name in SIGNS if name in known
    )
    if not union:
        return "SELECT class_id AS key FROM class_profiles WHERE false"
    return f"""
        SELECT c.class_id AS key
        FROM class_claims AS c
        LEFT JOIN (SELECT DISTINCT claim_id FROM ({union}) AS hit) AS h ON h.claim_id = c.claim_id
        GROUP BY c.class_id
        HAVING 3 * count(h.claim_id) >= count(*)"""


SIGNS = (
    "device_many_classes", "far_from_site", "ghost_trainee", "hours_short", "lockstep_attendance", "night_class", "online_proxy", "photo_reused", "sessions_overlap",
    "trainer_overlap",
)  # fmt: skip


def paired_claims(connection: duckdb.DuckDBPyConnection) -> str:
    """SELECT of claims that more probably than not ask for what an earlier claim has already asked for: claim_id, probability.

    The earlier claim of a pair is not suspected: a thing may be claimed once.
    """
    written = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'claim_pairs'").fetchone()
    if not written or not written[0]:
        return "SELECT claim_id, 0.0 AS probability FROM live_claims WHERE false"
    return """
        WITH claimed AS (SELECT claim_id, min(claimed_on) AS claimed_on FROM live_claims GROUP BY claim_id),
        later AS (
            SELECT
                CASE WHEN a.claimed_on > b.claimed_on THEN p.claim_a ELSE p.claim_b END AS claim_id, p.probability
            FROM claim_pairs AS p
            JOIN claimed AS a ON a.claim_id = p.claim_a
            JOIN claimed AS b ON b.claim_id = p.claim_b
            WHERE 2 * p.probability >= 1
        )
        SELECT claim_id, max(probability) AS probability FROM later GROUP BY claim_id"""
