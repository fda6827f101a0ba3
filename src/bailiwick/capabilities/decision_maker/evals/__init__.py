"""Golden cases of decision-maker search."""
