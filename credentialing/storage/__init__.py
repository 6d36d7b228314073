"""The database: typed records, constraints that know the law, queries, migrations. Law: never commits, never decides."""
