"""The trade's controlled vocabulary: kinds, processes, skills, materials, products, certificates, machines.

Identifiers are what is stored and what the JSON API speaks; labels are for people; aliases, in English,
French, Italian, Spanish, Portuguese and German, are only ever read (search, imports), never stored.
"""

from marketplace.vocabulary.model import Facet, Process, Term, Vocabulary
from marketplace.vocabulary.store import vocabulary

__all__ = ["Facet", "Process", "Term", "Vocabulary", "vocabulary"]
