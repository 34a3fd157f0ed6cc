#!/bin/sh
# Makes every icon from icon.svg. Needs Node.js and rsvg-convert (librsvg2-bin).
set -eu
cd "$(dirname "$0")"
npx --yes @tauri-apps/cli@2.12.5 icon icon.svg --output .
rm -rf android ios
# Sizes of the freedesktop icon theme, drawn from the vector so that small ones stay sharp.
mkdir -p linux
for size in 16 24 32 48 64 96 128 256 512; do
  rsvg-convert --width "$size" --height "$size" icon.svg --output "linux/${size}x${size}.png"
done
