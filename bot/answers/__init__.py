"""The judgement: from a question that was understood, the clause database and what was said before, to a reply."""
