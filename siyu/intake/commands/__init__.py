"""The commands of intake: files, and databases of others."""
