"""Breaks delivery on purpose and counts at an external ledger what was lost or doubled."""
