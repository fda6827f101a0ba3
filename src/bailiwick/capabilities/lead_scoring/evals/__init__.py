"""Golden cases of lead scoring."""
