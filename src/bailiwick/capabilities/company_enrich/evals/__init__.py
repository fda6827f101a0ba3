"""Golden cases of company enrichment."""
