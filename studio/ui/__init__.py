"""Everything Qt: the window, its pages and the widgets they are made of."""
