"""The indicator table (指标表) that offices fill in for a plan: figures, measures and what stands behind them."""
