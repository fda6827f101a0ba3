"""Golden cases of follow-up."""
