"""Channels: each knows its messenger and nothing else."""
