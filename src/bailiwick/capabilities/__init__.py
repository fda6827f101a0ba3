"""Feature packages: each proposes typed steps and knows no other."""
