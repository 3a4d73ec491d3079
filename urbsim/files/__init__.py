"""How files are read and written: strict YAML, whole files and folders."""
