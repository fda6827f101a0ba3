"""Questions over rows in words: a named metric, the words themselves, or a model's SQL; or none."""
