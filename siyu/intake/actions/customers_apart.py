"""Rows of a customer file that share nothing with any other row: each is a customer of its own."""

from collections.abc import Iterator

import pyarrow as pa

from siyu.kernel.lake import LakeCursor

PART_ROWS = 50_000

# What people make of a value, where that is sure without asking them: a Chinese mobile number, an e-mail address in
# ASCII, a key without blanks around it. Any other row is left to the road that asks.
MOBILE = r"^(?:\+?86|0086)?(1[3-9][0-9]{9})$"
NOISE = r"[\s\-()（）.]"
BARE_MOBILE = "^1[3-9][0-9]{9}$"
PLAIN_EMAIL = "^[!-~]+$"
PLAIN_KEY = r"^[^\p{Z}\p{C}](.*[^\p{Z}\p{C}])?$"
DIGITS = f"""
    CASE WHEN regexp_matches(phone, '{BARE_MOBILE}') THEN phone
         ELSE regexp_extract(regexp_replace(phone, '{NOISE}', '', 'g'), '{MOBILE}', 1) END
"""

# Two values that are equal have equal hashes; two that have equal hashes without being so only take the other road.
HASHED = f"""
    CREATE OR REPLACE TEMP VIEW hashed_row AS
    SELECT t.*, hash('k' || customer_key) AS key_hash, hash('p' || {DIGITS}) AS phone_hash,
           hash('e' || lower(email)) AS email_hash,
           regexp_matches(customer_key, '{PLAIN_KEY}', 's') AND (phone IS NULL OR {DIGITS} <> '')
               AND (email IS NULL OR regexp_matches(email, '{PLAIN_EMAIL}')) AS is_plain
    FROM typed t
"""
SHARED = """
    CREATE OR REPLACE TEMP TABLE shared_hash AS
    SELECT hash FROM (
        SELECT key_hash AS hash FROM hashed_row
        UNION ALL SELECT phone_hash FROM hashed_row WHERE phone IS NOT NULL
        UNION ALL SELECT email_hash FROM hashed_row WHERE email IS NOT NULL
    ) GROUP BY hash HAVING count(*) > 1
"""
IS_APART = """
    is_plain AND key_hash NOT IN (SELECT hash FROM shared_hash)
    AND (phone IS NULL OR phone_hash NOT IN (SELECT hash FROM shared_hash))
    AND (email IS NULL OR email_hash NOT IN (SELECT hash FROM shared_hash))
"""
COLUMNS = (
    "customer_key, name, phone, email, gender, birthday, province, store_key, joined_at, consent_sms, consent_source, "
    "consent_at"
)


def apart(cursor: LakeCursor) -> Iterator[pa.Table]:
    """The rows of `typed` whose key, phone and e-mail no other row has, some ten thousand at a time.

    effects  the temporary view hashed_row and table shared_hash; use the cursor for nothing else before the last
    """
    cursor.execute(HASHED)
    cursor.execute(SHARED)
    reader = cursor.execute(f"SELECT {COLUMNS} FROM hashed_row WHERE {IS_APART}").to_arrow_reader(PART_ROWS)
    for batch in reader:
        yield pa.Table.from_batches([batch])


def keep_entangled(cursor: LakeCursor) -> None:
    """Only the other rows are left in `typed`."""
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE entangled AS SELECT * EXCLUDE (key_hash, phone_hash, email_hash, is_plain) "
        f"FROM hashed_row WHERE NOT coalesce({IS_APART}, false)"
    )
    cursor.execute("DROP VIEW hashed_row")
    cursor.execute("DROP TABLE typed")
    cursor.execute("ALTER TABLE entangled RENAME TO typed")
