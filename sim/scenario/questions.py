"""The questions that configs/ answers, one folder each."""

from __future__ import annotations

QUESTIONS = {
    "estate": "Which homes are there, where, for whom, with how many approved places, and when?",
    "demand": "Who is referred, from where, how often, with what needs and for how long?",
    "workforce": "How many children can the staff on shift look after?",
    "legal": "What does the law set: hours, orders, reviews, approvals?",
    "behaviour": "What do homes, authorities and courts answer, and how fast?",
    "commissioning": "Who is offered to whom, who chooses, who may refuse, who pays?",
    "costs": "What does a week cost in each setting?",
    "run": "Which dates, how many replications, which seed?",
    "experiment": "Which scenarios are compared, and on which measures?",
    "design": "Which scenarios does a sweep visit?",
    "standard": "What has to be achieved for how many places to be enough?",
    "capacity": "Which numbers of places are tried, where, and how is the answer judged?",
}
