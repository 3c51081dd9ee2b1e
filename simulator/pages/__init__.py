"""Pages that simulate. A page calls the API and shows what it says; it computes nothing of its own."""
