"""Sizes that the models are good at: what SDXL was trained near, all multiples of 8.

The provider's page recommends 1024x1024, 1280x720 and 1344x768.
"""

from __future__ import annotations

SIZES = (
    (1024, 1024, "square"),
    (1344, 768, "wide"),
    (768, 1344, "tall"),
    (1280, 720, "16:9"),
    (720, 1280, "9:16"),
    (1152, 896, "landscape"),
    (896, 1152, "portrait"),
    (1216, 832, "3:2"),
    (832, 1216, "2:3"),
    (1536, 640, "panorama"),
    (768, 768, "small square"),
    (512, 512, "smallest square"),
)
