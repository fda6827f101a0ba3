"""Questions over rows in words: what may be asked, how it is read, and what the answer may say."""
