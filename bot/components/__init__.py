"""Rasa graph components: what is learned and found out about a message. Named in config.yml by their class paths."""
