"""The typed reader: foreign text in, a `Reading` of enums, spans and flags out."""
