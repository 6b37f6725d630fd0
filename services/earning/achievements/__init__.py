"""Achievements: badges for a lifetime."""
