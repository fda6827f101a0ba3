"""The LangGraph-compatible door: what its clients say, in our words, and back."""
