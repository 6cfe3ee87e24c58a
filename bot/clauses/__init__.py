"""Documents, chapters, clauses, passages, departments and citations: the parser and the database."""
