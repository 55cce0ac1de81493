"""How fast this program is, beside what a user would write instead. Knows no Qt, loads no torch."""
