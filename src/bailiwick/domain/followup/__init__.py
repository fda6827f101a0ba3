"""Follow-ups outside campaigns: who is owed a word, since when, and what to do."""
