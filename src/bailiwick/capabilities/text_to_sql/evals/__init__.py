"""Golden cases of questions in words."""
