"""Golden cases of the orchestrator: what a contact looks like and what must be proposed."""
