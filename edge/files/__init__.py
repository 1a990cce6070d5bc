"""Reading files that people write: text, YAML with its places, problems in two languages."""
