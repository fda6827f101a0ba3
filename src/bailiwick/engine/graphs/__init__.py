"""Graphs of capabilities: found, loaded, and run as plain calls or by LangGraph."""
