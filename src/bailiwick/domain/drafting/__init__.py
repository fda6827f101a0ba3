"""Drafting: facts and templates in, one mail whose every claim is supported out."""
