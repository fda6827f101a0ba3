"""Words-free building blocks: ids, hashing, clock, text, retry, paging."""
