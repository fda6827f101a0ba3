"""The rules: one concern a file, its cases beside it, and the schema that all obey."""
