"""The campaign machine: what is due, what stops it, what people change, and what became of whom."""
