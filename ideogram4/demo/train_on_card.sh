#!/usr/bin/env bash
# The whole recipe on one card, in about ten minutes: bash ideogram4/demo/train_on_card.sh runs/demo
#
# Parts that need nothing of each other share the card. Call it again to go on from the run's files.
# MINUTES, BATCH, AHEAD, WORKERS and PYTHON may be set; it also runs on a processor (DEVICE=cpu), for
# a test. The reader is small and its captions vary in length, so it trains beside the rest.
set -euo pipefail
run="${1:-runs/demo}"
minutes="${MINUTES:-10}"
python="${PYTHON:-python}"
batch="${BATCH:-256}"
device=(--device "${DEVICE:-cuda}")
common=(--run "$run" "${device[@]}")
heaps=(--ahead "${AHEAD:-32}" --workers "${WORKERS:-11}")
share() { awk -v m="$minutes" -v s="$1" 'BEGIN { print m * s }'; }
train() { "$python" -m ideogram4.demo.train "$@"; }
fit() { "$python" -m ideogram4.demo.train_autoencoder "$@" "${common[@]}" --workers 2; }

mkdir -p "$run"
train reader "${common[@]}" --batch-size "$((batch / 4))" --falling 1 --workers 2 \
  --minutes "$(share 0.7)" > "$run/reader.log" &
reader=$!
(fit decoder --scale "${SCALE:-8}" --minutes "$(share 0.25)" > "$run/decoder.log"
  fit encoder --scale "${SCALE:-8}" --minutes "$(share 0.1)" > "$run/encoder.log") &
autoencoder=$!
train painter "${common[@]}" "${heaps[@]}" --batch-size "$batch" --falling 1 \
  --minutes "$(share 0.7)" | tee "$run/painter.log"
train unconditional "${common[@]}" "${heaps[@]}" --batch-size "$((batch / 3))" --falling 0.8 \
  --lr 1.5e-3 --minutes "$(share 0.2)" > "$run/unconditional.log"
wait "$reader" "$autoencoder"
train joint "${common[@]}" --samples 2 --batch-size 2 --lr 0
"$python" -m ideogram4.demo.export --run "$run" --output "$run/checkpoint"
"$python" -m ideogram4.demo.evaluate --model "$run/checkpoint" --sheet "$run/sheet.png"
