"""Mail in: hostile messages from mbox, Maildir, .eml and IMAP, read inside limits."""
