"""Many runs together: which there are, which are done, who works on them, and what came of all."""
