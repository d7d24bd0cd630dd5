"""The desk („Heute“): what a person sees first, made of what the features contribute (pages.md)."""
