"""What waits for a person, and what their answer does."""
