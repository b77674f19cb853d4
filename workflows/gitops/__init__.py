"""What was done about a promotion: change sets, pull requests and the forges behind them."""
