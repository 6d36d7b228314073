"""The studio where sample evidence is made: everything it draws comes from a fixed seed, and nothing in it is read by the product."""
