"""What no government of Guangxi decides: growth, wages outside, epidemics."""
