"""
What may be done, and why not: pure answers, no writes and no queries of their own.

``objections_to_<verb>`` returns the reasons against, in words for people; an
empty list means yes. One answer refuses the act in the service and greys the
button, with its reason, on the page.
"""
