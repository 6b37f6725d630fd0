"""Commands of the shop: tips, what is for sale, and what it costs."""
