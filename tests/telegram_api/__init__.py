"""A Bot API server for tests: over real HTTP, strict where Telegram is strict, failing where it is told to."""
