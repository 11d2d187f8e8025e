"""Where lines are kept: the log (eventsourcing on SQLite) and the disposable views (sqlite-utils)."""
