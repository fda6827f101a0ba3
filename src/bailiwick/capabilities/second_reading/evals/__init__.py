"""Golden cases of the second reading."""
