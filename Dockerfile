# The studio on a host with an NVIDIA card (or without one). docs/hosting.md says how to run it.
#
#   docker build -t ideogram4-studio .
#   docker run --gpus all -p 127.0.0.1:7860:7860 -v pictures:/pictures -v models:/models ideogram4-studio

# A plain Python image: the wheels of torch bring their own CUDA libraries, so of CUDA the host has
# the driver and the NVIDIA Container Toolkit, and the image needs nothing.
ARG PYTHON=3.11
FROM python:${PYTHON}-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app

# Slow and seldom changed, so first. TORCH_INDEX chooses another build of the pinned torch: for a
# host without a card https://download.pytorch.org/whl/cpu, for a driver too old for the usual
# build https://download.pytorch.org/whl/cu126.
ARG TORCH_INDEX=
COPY requirements.txt ./
RUN pip install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} "$(grep '^torch==' requirements.txt)" \
    && pip install -r requirements.txt

# Nobody's password, and no right to change the program.
RUN useradd --create-home --uid 1000 studio \
    && install -d -o studio -g studio /pictures /models

COPY LICENSE app.py ./
COPY presets ./presets
COPY ideogram4 ./ideogram4
COPY ui ./ui

ENV GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860 \
    GRADIO_TEMP_DIR=/tmp/gradio \
    IDEOGRAM4_OUTPUT_DIR=/pictures \
    IDEOGRAM4_LORA_DIR=/models/loras \
    HF_HOME=/models/huggingface \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility

USER studio
VOLUME ["/pictures", "/models"]
EXPOSE 7860
STOPSIGNAL SIGINT

HEALTHCHECK --interval=30s --timeout=10s --start-period=2m --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f\"http://127.0.0.1:{os.environ['GRADIO_SERVER_PORT']}/gradio_api/app_id\", timeout=9)"]

# Options of `ideogram4 serve` may follow the image's name: --unmoderated, --model, --mcp.
ENTRYPOINT ["python", "-m", "ideogram4", "serve", "--no-browser"]
