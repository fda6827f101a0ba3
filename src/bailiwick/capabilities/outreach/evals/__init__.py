"""Golden cases of outreach."""
