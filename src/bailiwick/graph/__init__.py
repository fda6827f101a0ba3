"""Shared LangGraph fragments, each used by at least two capabilities."""
