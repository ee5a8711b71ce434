"""Where a picture is repainted, and how: masks, previews and seams. Pillow only, no Discord."""
