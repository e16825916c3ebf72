"""The domain: pictures, text and what is known of a reading. numpy, OpenCV and Pillow only."""
