"""The LangGraph-compatible routes, at the root of the host (decision 0031).

Each ends in the engine functions that `/api/v1` uses, for a caller whom the law let through.
"""
