"""What the helpdesk keeps and counts: accounts, questions handed over, proposals, figures. Knows no web framework."""
