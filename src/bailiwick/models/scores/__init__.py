"""Learners of scores, over numpy and scikit-learn; loaded when a score is asked for."""
