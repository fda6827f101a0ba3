"""Golden cases of contact enrichment."""
