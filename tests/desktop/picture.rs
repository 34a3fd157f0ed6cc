//! Pictures of the display, as a person would see it: out of the display server's memory, which it keeps in a file. The
//! driver cannot take pictures of a window that paints without a graphics card.

use std::io::{Error, Result};
use std::path::Path;

/// The file's name in the folder that `Xvfb -fbdir` is given.
const FILE: &str = "Xvfb_screen0";

/// Words of the header of a picture of xwd, all with the highest byte first.
const HEADER_SIZE: usize = 0;
const WIDTH: usize = 4;
const HEIGHT: usize = 5;
const BITS_PER_PIXEL: usize = 11;
const BYTES_PER_LINE: usize = 12;
const COLOURS: usize = 19;
const BYTES_OF_A_COLOUR: usize = 12;

/// What is on the display: rows of red, green and blue.
#[derive(PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Picture {
    /// The upper left part of the display, so wide and high at most.
    pub fn take(folder: &Path, width: usize, height: usize) -> Result<Self> {
        let file = std::fs::read(folder.join(FILE))?;
        let word = |at: usize| {
            let bytes = file.get(4 * at..4 * at + 4)?;
            usize::try_from(u32::from_be_bytes(bytes.try_into().ok()?)).ok()
        };
        let read = || {
            let start = word(HEADER_SIZE)? + word(COLOURS)? * BYTES_OF_A_COLOUR;
            let line = word(BYTES_PER_LINE)?;
            let (width, height) = (width.min(word(WIDTH)?), height.min(word(HEIGHT)?));
            let mut rgb = Vec::with_capacity(3 * width * height);
            for y in 0..height {
                let row = file.get(start + y * line..)?.get(..4 * width)?;
                // Blue is the lowest byte of a pixel.
                row.chunks_exact(4)
                    .for_each(|pixel| rgb.extend([pixel[2], pixel[1], pixel[0]]));
            }
            (word(BITS_PER_PIXEL)? == 32).then_some(Self { width, height, rgb })
        };
        read().ok_or_else(|| Error::other("not a picture of a display with 32 bits a pixel"))
    }

    /// As PNG.
    pub fn png(&self) -> Result<Vec<u8>> {
        let mut file = Vec::new();
        let size = |length: usize| u32::try_from(length).map_err(Error::other);
        let mut encoder = png::Encoder::new(&mut file, size(self.width)?, size(self.height)?);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgb)?;
        writer.finish()?;
        Ok(file)
    }
}
