"""Golden cases of reply drafting."""
