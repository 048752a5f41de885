"""`python app.py`: the web chat over the default archive, on this computer's port 7860.

GRADIO_SERVER_NAME and GRADIO_SERVER_PORT say where else; `wenju chat` does the same and takes options.
"""

import sys

from wenju import Archive, WenjuError, chat

if __name__ == "__main__":
    try:
        chat.launch(Archive.open_default)
    except WenjuError as error:
        sys.exit(f"wenju: {error}")
