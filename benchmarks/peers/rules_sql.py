"""The benchmark's rules as somebody would write them in SQL for SQLite or PostgreSQL: two helper tables, then one SELECT of keys a rule.

Belongs here: the SQL, with {blanks} where the two dialects differ. Does not belong here: connections and timing (`databases.py`, `rules.py`).
"""

from __future__ import annotations

DIALECTS = {
    "SQLite": {
        "least": "min", "greatest": "max", "days": "CAST(julianday({b}) - julianday({a}) AS INTEGER)", "year": "CAST(substr({a}, 1, 4) AS INTEGER)",
        "seconds": "(strftime('%s', {b}) - strftime('%s', {a}))", "digits": "{a} NOT GLOB '*[^0-9]*' AND length({a}) >= 7",
        "blank": "(replace({a}, '0', '') = '' OR replace(lower({a}), 'f', '') = '')",
    },
    "PostgreSQL": {
        "least": "least", "greatest": "greatest", "days": "({b} - {a})", "year": "CAST(extract(YEAR FROM {a}) AS INTEGER)",
        "seconds": "extract(EPOCH FROM ({b} - {a}))", "digits": "{a} ~ '^[0-9]{{7,}}$'", "blank": "{a} ~ '^(0+|[fF]+)$'",
    },
}  # fmt: skip
INDEXES = {
    "live_claims": ["id_number", "class_id"], "enrolments": ["class_id, id_number", "phone"], "classes": ["class_id"], "class_projects": ["class_id"],
    "certificate_registry": ["certificate_number"], "attendance": ["id_number, class_id", "photo_hash"], "parameter": ["id, city"],
}  # fmt: skip

HELPERS = {
    "class_claims": """
        SELECT c.claim_id, c.id_number, c.class_id, c.amount, c.claim_year, c.claim_order, k.class_id IS NOT NULL AS class_known, k.start_date,
            substr(k.division, 1, 4) || '00' AS class_city, p.training_kind, p.occupation_code, p.level, e.id_number IS NOT NULL AS enrolled
        FROM live_claims c
        LEFT JOIN classes k ON k.class_id = c.class_id
        LEFT JOIN class_projects p ON p.class_id = c.class_id
        LEFT JOIN enrolments e ON e.class_id = c.class_id AND e.id_number = c.id_number
        WHERE c.subsidy_kind = 'training' AND c.class_id IS NOT NULL""",
    "certificate_claims": """
        SELECT claim_id, certificate_key, certificate_status, registered FROM (
            SELECT c.claim_id, coalesce(r.certificate_key, c.certificate_number) AS certificate_key, r.status AS certificate_status,
                r.certificate_key IS NOT NULL AS registered, row_number() OVER (
                    PARTITION BY c.claim_id, c.certificate_number, c.id_number, c.occupation_code
                    ORDER BY CASE WHEN r.id_number = c.id_number THEN 0 ELSE 1 END, r.registry, r.id_number, r.occupation_code, r.issued_on) AS place
            FROM live_claims c
            LEFT JOIN certificate_registry r ON r.certificate_number = c.certificate_number
                AND (NOT r.shared_number OR c.occupation_code IS NULL OR c.occupation_code = r.occupation_code)
            WHERE c.subsidy_kind = 'certificate') ranked
        WHERE place = 1""",
}
_LIMIT = "JOIN parameter p ON p.id = '{id}' AND p.city = {city} AND {day} >= p.valid_from AND {day} < p.valid_until"


def _limit(name: str, city: str, day: str) -> str:
    return _LIMIT.format(id=name, city=city, day=day)


def rules(dialect: str) -> dict[str, str]:
    """One SELECT of subject keys per rule."""
    word = DIALECTS[dialect]
    seconds = word["seconds"].format(a=f"{word['greatest']}(a.check_in, b.check_in)", b=f"{word['least']}(a.check_out, b.check_out)")  # fmt: skip
    later = f"{word['greatest']}(k.start_date, l.start_date)"
    year = word["year"].format(a="c.start_date")
    before = word["year"].format(a="e.start_date")
    return {
        "claim_listed_twice": "SELECT claim_id FROM claims GROUP BY claim_id HAVING count(*) > 1",
        "not_in_roster": "SELECT claim_id FROM class_claims WHERE NOT (class_known AND enrolled)",
        "class_claimed_twice": """
            SELECT DISTINCT c.claim_id FROM class_claims c
            JOIN class_claims e ON e.class_id = c.class_id AND e.id_number = c.id_number AND e.claim_order < c.claim_order
            WHERE c.training_kind <> 'apprenticeship'""",
        "same_level_repeated": """
            SELECT DISTINCT c.claim_id FROM class_claims c
            JOIN class_claims e ON e.id_number = c.id_number AND e.occupation_code = c.occupation_code AND e.level = c.level
                AND e.claim_order < c.claim_order AND e.class_id <> c.class_id
            WHERE c.training_kind <> 'apprenticeship' AND e.training_kind <> 'apprenticeship'""",
        "over_yearly_limit": f"""
            SELECT c.claim_id FROM class_claims c {_limit("trainings_per_year", "c.class_city", "c.start_date")}
            JOIN class_claims e ON e.id_number = c.id_number AND e.claim_year = c.claim_year AND e.claim_order <= c.claim_order
            WHERE c.training_kind <> 'apprenticeship' AND e.training_kind <> 'apprenticeship'
            GROUP BY c.claim_id, c.id_number, c.class_id, p.number HAVING count(DISTINCT e.claim_id) > p.number""",
        "directed_over_cap": f"""
            SELECT c.claim_id FROM class_claims c {_limit("directed_cap", "c.class_city", "c.start_date")}
            WHERE c.training_kind = 'directed' AND c.amount > p.number""",
        "upskilling_repeated": f"""
            SELECT c.claim_id FROM class_claims c {_limit("upskilling_per_year", "c.class_city", "c.start_date")}
            JOIN class_claims e ON e.id_number = c.id_number AND {before} = {year} AND e.claim_order <= c.claim_order
                AND (e.claim_id = c.claim_id) = (e.class_id = c.class_id)
            WHERE c.training_kind = 'upskilling' AND e.training_kind = 'upskilling'
            GROUP BY c.claim_id, c.id_number, c.class_id, p.number HAVING count(DISTINCT e.class_id) > p.number""",
        "payment_overdue": f"""
            SELECT c.claim_id FROM live_claims c CROSS JOIN scan s {_limit("payment_days", "c.city", "c.claimed_on")}
            WHERE c.status = 'approved' AND {word["days"].format(a="c.decided_on", b="s.as_of")} > p.number""",
        "certificate_claimed_twice": """
            SELECT certificate_key FROM certificate_claims WHERE certificate_key IS NOT NULL GROUP BY certificate_key HAVING count(DISTINCT claim_id) > 1""",
        "certificate_revoked": "SELECT claim_id FROM certificate_claims WHERE registered AND certificate_status = 'revoked'",
        "certificate_not_registered": "SELECT claim_id FROM certificate_claims WHERE NOT registered",
        "phone_shared": f"""
            SELECT phone FROM (
                SELECT e.phone, min(k.division) AS division, max(k.start_date) AS latest, count(DISTINCT e.id_number) AS persons
                FROM enrolments e LEFT JOIN classes k ON k.class_id = e.class_id
                WHERE {word["digits"].format(a="e.phone")} GROUP BY e.phone) s
            {_limit("phone_persons", "substr(s.division, 1, 4) || '00'", "s.latest")} WHERE s.persons >= p.number""",
        "photo_reused": f"""
            SELECT photo_hash FROM attendance WHERE NOT {word["blank"].format(a="photo_hash")}
            GROUP BY photo_hash HAVING count(DISTINCT id_number) > 1 OR count(DISTINCT session_date) > 1""",
        "sessions_overlap": f"""
            SELECT a.id_number, a.class_id, b.class_id FROM attendance a
            JOIN attendance b ON b.id_number = a.id_number AND a.class_id < b.class_id AND a.check_in < b.check_out AND b.check_in < a.check_out
            JOIN classes k ON k.class_id = a.class_id AND k.mode = 'offline'
            JOIN classes l ON l.class_id = b.class_id AND l.mode = 'offline'
            {_limit("overlap_minutes", "substr(k.division, 1, 4) || '00'", later)}
            WHERE a.check_in <= a.check_out AND b.check_in <= b.check_out
            GROUP BY a.id_number, a.class_id, b.class_id, p.number HAVING max({seconds}) > 60 * p.number""",
    }  # fmt: skip
