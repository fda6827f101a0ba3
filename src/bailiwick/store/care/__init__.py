"""Care for the data as a whole: backup, restore, retention, erasure and export of a person."""
