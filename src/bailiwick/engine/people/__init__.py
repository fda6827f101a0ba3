"""Who may come in and what they may do: keys, sessions, passwords, roles and teams."""
