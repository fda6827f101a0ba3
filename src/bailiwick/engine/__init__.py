"""Runs capabilities, keeps the effect ledger and is the only sender."""
