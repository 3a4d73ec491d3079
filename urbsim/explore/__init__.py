"""The live explorer, what `urbsim explore` does: trains the emulator, and serves a page of sliders on loopback."""
