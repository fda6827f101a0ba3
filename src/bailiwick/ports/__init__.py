"""One Protocol per file: what the application asks of the outside."""
