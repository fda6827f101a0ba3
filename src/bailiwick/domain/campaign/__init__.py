"""A campaign as values and pure rules: when a touch may go, what stops it, what became of whom."""
