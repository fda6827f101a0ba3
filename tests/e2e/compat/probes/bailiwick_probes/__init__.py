"""Small graphs that the conversations with servers are held about; imports nothing heavy."""
