"""The guarded way out: requests to addresses that people and data name."""
