"""One run: the world on census night, the model that steps it, accounts, the runner."""
