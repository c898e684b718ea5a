"""What is asked, what is flagged and why: pure, standard library only."""
