"""
Hot spots in free text: what many people say of the same problem at the same place (docs/decisions/0019).

Messages in; topics out, hottest first. Same words about another place are another topic, and so is another
problem at the same place. Whoever finds them imports `finding`, which brings numpy and scikit-learn along.
"""

from hotline.warning.topics.messages import Message, Topic

__all__ = ["Message", "Topic"]
