"""Finds facts about one company in what is already held; ceiling L2, proposes facts only."""
