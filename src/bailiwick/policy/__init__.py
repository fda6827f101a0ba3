"""The law: facts in, verdict out."""
