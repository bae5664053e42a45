"""The classroom: a page that answers at once, and a game of one pick a year."""
