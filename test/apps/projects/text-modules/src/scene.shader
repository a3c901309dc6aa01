shade;
