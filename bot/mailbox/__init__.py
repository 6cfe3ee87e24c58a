"""What came in and what goes out, written down: each message once, in order per conversation, also after a kill."""
