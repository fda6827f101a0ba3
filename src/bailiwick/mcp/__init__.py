"""The Model Context Protocol surface: other people's agents read and propose, never decide."""
