"""Threads of the compatible API: asked for, carried, followed and looked at."""
