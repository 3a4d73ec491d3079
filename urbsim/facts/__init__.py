"""What is known: the register of sources, observations, parameters and their priors, the censuses, the gazetteer."""
