"""The classification of budgets: which codes there are, what they are called, which of them a project may take."""
