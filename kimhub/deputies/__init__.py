"""Who is told in somebody's stead, from one day to another: a deputy gets notice, never rights.

The inbox asks for whom somebody stands in today (docs/adr/0041-a-deputy-is-told.md).
"""
