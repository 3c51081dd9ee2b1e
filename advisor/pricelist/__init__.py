"""Fresh prices: reads the AWS price list, in any of its forms, into a table of one Region."""
