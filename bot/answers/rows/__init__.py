"""The rows of the table (answers.decide), by what they deal with."""
