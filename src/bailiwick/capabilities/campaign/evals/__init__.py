"""Golden cases of a campaign's touch."""
