"""Custom actions: thin. Each takes what was understood, asks bot.answers, and utters the outcome."""
