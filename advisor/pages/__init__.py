"""Pages that only tell: facts, prices, quizzes. What both halves share of a page's looks lies here too."""
