"""Train a design on pictures: data, recipes, the loop, its results, and jobs that outlive whoever started them."""
