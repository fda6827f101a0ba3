"""Names, specs, routing, autonomy and halt: what exists and what it may do."""
