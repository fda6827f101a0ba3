"""Which contacts are meant: named conditions over what is known of them, and their text."""
