#!/usr/bin/env bash
# The whole recipe on one card, in about half an hour: bash ideogram4/demo/train_on_card.sh runs/demo
#
# Parts that need nothing of each other share the card. Call it again to go on from the run's files.
# MINUTES, BATCH, WORKERS and PYTHON may be set; it also runs on a processor (DEVICE=cpu), for a test.
set -euo pipefail
run="${1:-runs/demo}"
minutes="${MINUTES:-27}"
python="${PYTHON:-python}"
batch="${BATCH:-768}"
device=(--device "${DEVICE:-cuda}")
common=(--run "$run" "${device[@]}" --workers "${WORKERS:-4}")
share() { awk -v m="$minutes" -v s="$1" 'BEGIN { print m * s }'; }
train() { "$python" -m ideogram4.demo.train "$@"; }
fit() { "$python" -m ideogram4.demo.train_autoencoder "$@" --run "$run" "${device[@]}"; }

mkdir -p "$run"
# The reader is small and soon done; the autoencoder fills the card.
train reader "${common[@]}" --batch-size "$batch" --minutes "$(share 0.2)" > "$run/reader.log" &
reader=$!
(fit decoder --scale "${SCALE:-8}" --minutes "$(share 0.45)" > "$run/decoder.log"
  fit encoder --scale "${SCALE:-8}" --minutes "$(share 0.2)" > "$run/encoder.log") &
autoencoder=$!
train painter "${common[@]}" --batch-size "$batch" --falling 0.8 --compile \
  --minutes "$(share 0.6)" --sheet-every 5 | tee "$run/painter.log"
wait "$reader"
train unconditional "${common[@]}" --batch-size "$((batch / 3))" --minutes "$(share 0.3)" \
  > "$run/unconditional.log" &
unconditional=$!
train joint "${common[@]}" --batch-size "$batch" --falling 1 \
  --minutes "$(share 0.3)" --sheet-every 3 | tee "$run/joint.log"
wait "$unconditional" "$autoencoder"
"$python" -m ideogram4.demo.export --run "$run" --output "$run/checkpoint"
"$python" -m ideogram4.demo.evaluate --model "$run/checkpoint" --sheet "$run/sheet.png"
