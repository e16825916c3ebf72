"""Pictures that a program makes: drawn, rendered with fonts, put together from glyphs, and the texts for them."""
