"""How what a message refers to is read out of its text."""
