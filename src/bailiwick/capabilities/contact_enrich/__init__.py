"""Finds facts about one contact in the mailbox and the row; ceiling L2, proposes facts only."""
