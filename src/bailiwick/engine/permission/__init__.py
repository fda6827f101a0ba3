"""What people may change about who may be written to, and about what."""
