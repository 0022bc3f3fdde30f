"""Questions on their way to other programs and from them: one module writes a format, another reads it.

What a format cannot carry is told, never dropped in silence. `draft` is what reading ends in: a question without proof.
"""
