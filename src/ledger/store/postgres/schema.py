"""The schema of a record on a server: the library's table, its guards, and what roles may do with it.

The guards are triggers, as in a file (`ledger.store.schema`). Whoever owns the table can take them away, which an
audit finds; the roles that `grants` speaks of can't.
"""

from __future__ import annotations

from typing import Final

from psycopg.sql import SQL, Composed, Identifier

SCHEMA: Final = "commitment_ledger"
SCHEMA_VERSION: Final = 1
MARK: Final = "commitment-ledger, schema "
"""How the comment on the schema begins; the version follows."""
TABLE: Final = "stored_events"
EVENTS: Final = f"{SCHEMA}.{TABLE}"
CHANNEL: Final = SCHEMA
"""On which the server tells that the log has grown, with the last position as payload."""
INIT_LOCK: Final = int.from_bytes(b"\0LEDGER\1")
"""The key of the advisory lock under which a schema is made."""

# ruff: noqa: S608 - the table's name is a constant
TABLE_SQL: Final = f"""
    CREATE TABLE {EVENTS} (
        originator_id text NOT NULL,
        originator_version bigint NOT NULL,
        topic text NOT NULL,
        state bytea NOT NULL,
        notification_id bigint NOT NULL,
        PRIMARY KEY (originator_id, originator_version)
    )
"""
"""As the library makes it, but for the position: a sequence would leave a gap for what was rolled back."""

INDEX_SQL: Final = f"CREATE UNIQUE INDEX {TABLE}_notification_id_idx ON {EVENTS} (notification_id)"

_SAFE: Final = "SET search_path TO 'pg_catalog', 'pg_temp'"

# The lock is the one that the library takes: it lets others read and nobody write, so that positions are committed
# in order. To take it otherwise a role would need the right to change the table. The time is read under it.
_BEGIN: Final = f"""
BEGIN
    LOCK TABLE {EVENTS} IN EXCLUSIVE MODE;
    IF current_setting('synchronous_commit') IN ('off', 'local') THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    RETURN clock_timestamp();
END
"""

_ALONE: Final = f"""
BEGIN
    PERFORM {SCHEMA}.begin_append();
    RETURN NULL;
END
"""

_REFUSE: Final = """
BEGIN
    RAISE EXCEPTION 'the log is append-only: no %', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END
"""

# Positions and versions are unique, so that what comes next is told by where it begins, where it ends, and how
# many there are. `base` is the version before a stream's first new one: one for all of them if none is left out.
_GROWS: Final = f"""
DECLARE
    first bigint;
    final bigint;
    many bigint;
BEGIN
    SELECT min(notification_id), max(notification_id), count(*) INTO first, final, many FROM added;
    IF many = 0 THEN
        RETURN NULL;
    END IF;
    IF first < 1 OR final - first + 1 <> many
        OR final <> (SELECT max(notification_id) FROM {EVENTS})
        OR (first > 1 AND NOT EXISTS (SELECT FROM {EVENTS} WHERE notification_id = first - 1))
    THEN
        RAISE EXCEPTION 'the log is append-only: not the next position'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM (
            SELECT originator_id, originator_version - row_number() OVER (
                PARTITION BY originator_id ORDER BY notification_id
            ) AS base
            FROM added
        ) AS counted
        GROUP BY originator_id
        HAVING min(base) <> max(base) OR (min(base) <> 0 AND NOT EXISTS (
            SELECT FROM {EVENTS} AS earlier
            WHERE earlier.originator_id = counted.originator_id AND earlier.originator_version = min(counted.base)
        ))
    ) THEN
        RAISE EXCEPTION 'the log is append-only: not the next version of its stream'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM pg_notify('{CHANNEL}', final::text);
    RETURN NULL;
END
"""

FUNCTIONS: Final = {
    "begin_append": ("timestamp with time zone", True, _BEGIN),
    "append_alone": ("trigger", False, _ALONE),
    "refuse_change": ("trigger", False, _REFUSE),
    "check_growth": ("trigger", False, _GROWS),
}
"""By name: what it returns, whether it runs with its owner's rights, and its body."""

GUARDS: Final = {
    "log_is_not_changed": f"BEFORE DELETE OR UPDATE OR TRUNCATE ON {EVENTS} FOR EACH STATEMENT "
    f"EXECUTE FUNCTION {SCHEMA}.refuse_change()",
    "log_is_appended_to_by_one": f"BEFORE INSERT ON {EVENTS} FOR EACH STATEMENT "
    f"EXECUTE FUNCTION {SCHEMA}.append_alone()",
    "log_grows_at_the_end": f"AFTER INSERT ON {EVENTS} REFERENCING NEW TABLE AS added FOR EACH STATEMENT "
    f"EXECUTE FUNCTION {SCHEMA}.check_growth()",
}


def statements() -> list[str]:
    """What makes an empty log, in order."""
    made = [f"CREATE SCHEMA {SCHEMA}", f"COMMENT ON SCHEMA {SCHEMA} IS '{MARK}{SCHEMA_VERSION}'"]
    made += [TABLE_SQL, INDEX_SQL]
    for name, (returns, owned, body) in FUNCTIONS.items():
        rights = "SECURITY DEFINER " if owned else ""
        made += [
            f"CREATE FUNCTION {SCHEMA}.{name}() RETURNS {returns} LANGUAGE plpgsql {rights}{_SAFE} AS $${body}$$",
            f"REVOKE EXECUTE ON FUNCTION {SCHEMA}.{name}() FROM PUBLIC",
        ]
    for name, guard in GUARDS.items():
        made += [f"CREATE TRIGGER {name} {guard}", f"ALTER TABLE {EVENTS} ENABLE ALWAYS TRIGGER {name}"]
    return made


def grants(readers: list[str], writers: list[str]) -> list[Composed]:
    """What gives roles the rights that they need, and no more: to read; to read and to append."""
    rights = [(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {{}}", [*readers, *writers])]
    rights += [(f"GRANT SELECT ON {EVENTS} TO {{}}", [*readers, *writers])]
    rights += [(f"GRANT INSERT ON {EVENTS} TO {{}}", writers)]
    rights += [(f"GRANT EXECUTE ON FUNCTION {SCHEMA}.begin_append() TO {{}}", writers)]
    return [SQL(right).format(Identifier(role)) for right, roles in rights for role in roles]


MARKED: Final = """
    SELECT obj_description(oid, 'pg_namespace') FROM pg_catalog.pg_namespace WHERE nspname = %s
"""

DEFINED: Final = """
    SELECT c.relname, concat_ws(' ', c.relkind, c.relpersistence,
        CASE WHEN c.relrowsecurity THEN 'filtered by row' END,
        CASE WHEN i.indexrelid IS NULL THEN (
            SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
                CASE WHEN a.attnotnull THEN 'NOT NULL' END), ', ' ORDER BY a.attnum)
            FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
        ELSE concat_ws(' ', pg_get_indexdef(c.oid), CASE WHEN NOT i.indisvalid THEN 'INVALID' END) END)
    FROM pg_class AS c LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
    WHERE c.relnamespace = to_regnamespace(%(schema)s)
    UNION ALL
    SELECT t.tgname, concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid))
    FROM pg_trigger AS t WHERE t.tgrelid = to_regclass(%(events)s)
    UNION ALL
    SELECT r.rulename, pg_get_ruledef(r.oid) FROM pg_rewrite AS r WHERE r.ev_class = to_regclass(%(events)s)
    UNION ALL
    SELECT p.proname || '()', concat_ws(' ', format_type(p.prorettype, NULL),
        CASE WHEN p.prosecdef THEN 'as its owner' END, array_to_string(p.proconfig, ' '), p.prosrc)
    FROM pg_proc AS p WHERE p.pronamespace = to_regnamespace(%(schema)s)
"""
"""Everything in the schema by name, told in words of our own: how a server words a definition is not for ever."""


def expected_schema() -> dict[str, str]:
    """What `DEFINED` tells of a log that is as it was made, on one line each."""
    key, position = f"{TABLE}_pkey", f"{TABLE}_notification_id_idx"
    index = f"i p CREATE UNIQUE INDEX {{}} ON {EVENTS} USING btree ({{}})"
    told = {
        TABLE: "r p originator_id text NOT NULL, originator_version bigint NOT NULL, topic text NOT NULL, "
        "state bytea NOT NULL, notification_id bigint NOT NULL",
        key: index.format(key, "originator_id, originator_version"),
        position: index.format(position, "notification_id"),
    }
    told |= {name: f"A CREATE TRIGGER {name} {guard}" for name, guard in GUARDS.items()}
    for name, (returns, owned, body) in FUNCTIONS.items():
        owner = "as its owner " if owned else ""
        told[f"{name}()"] = f"{returns} {owner}search_path=pg_catalog, pg_temp {body}"
    return {name: " ".join(said.split()) for name, said in told.items()}
