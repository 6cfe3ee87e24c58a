"""The public pages of documents and clauses, at /c: the document's own words, to read, link to and print."""
