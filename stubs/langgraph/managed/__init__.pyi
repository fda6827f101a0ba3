# The part of langgraph.managed that the tests use, typed.
IsLastStep = bool
