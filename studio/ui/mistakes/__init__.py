"""The Mistakes page: where a network is wrong, and on which pictures."""
