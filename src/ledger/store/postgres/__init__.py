"""The log on a PostgreSQL server. Only what is given a URL loads it, since it needs the extra `postgres`."""
