"""The gallery of recipes: cards with data, network, time, accuracy and difficulty."""
