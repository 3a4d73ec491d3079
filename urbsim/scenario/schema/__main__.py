"""`python -m urbsim.scenario.schema` compares what is generated from the models, or writes it (`--write`)."""

from urbsim.scenario.generated import main

raise SystemExit(main())
