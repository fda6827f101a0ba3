"""Asks a model for the label of one reply that the classifier is unsure of; proposes nothing."""
