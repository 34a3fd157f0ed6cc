//! Files to hang on letters: small, valid, and made on the spot.

use super::random::Random;

/// A picture of hills under an evening sky, `width` by `height`. Eight bits a pixel, stored without compression.
pub(super) fn png(random: &mut Random, width: u32, height: u32) -> Vec<u8> {
    let hue = random.below(6);
    // Horizons, the farthest first: where each stands at every column.
    let horizons: [Vec<u32>; 3] = [45, 62, 79].map(|level| horizon(random, width, height * level / 100, height / 10));
    let mut rows = Vec::new();
    for y in 0..height {
        rows.push(0); // filter: none
        for x in 0..usize::try_from(width).unwrap_or_default() {
            let hill = horizons
                .iter()
                .rposition(|horizon| horizon.get(x).is_some_and(|top| y > *top));
            let colour = hill.map_or(y * SKY / height, |hill| SKY + u32::try_from(hill).unwrap_or_default());
            rows.push(u8::try_from(colour).unwrap_or_default());
        }
    }
    let lights = (0..SKY).map(|step| 235 - 90 * step / SKY).chain([120, 82, 44]);
    let palette: Vec<u8> = lights.flat_map(|light| tint(light, hue)).collect();
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 3, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [
        (b"IHDR", header),
        (b"PLTE", palette),
        (b"IDAT", zlib_stored(&rows)),
        (b"IEND", Vec::new()),
    ] {
        let chunk = [kind.as_slice(), &data].concat();
        file.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
        file.extend(&chunk);
        file.extend(crc32(&chunk).to_be_bytes());
    }
    file
}

/// Colours of the sky, from top to bottom.
const SKY: u32 = 48;

/// A wave around `level`.
fn horizon(random: &mut Random, width: u32, level: u32, swing: u32) -> Vec<u32> {
    let part = |random: &mut Random, of: u64| f64::from(u32::try_from(random.below(of)).unwrap_or_default());
    let (length, phase) = (30.0 + part(random, 60), part(random, 628) / 100.0);
    (0..width)
        .map(|x| {
            let up = (f64::from(x) / length + phase).sin() * f64::from(swing);
            // Never below zero: the swing is a tenth of the height, the level four tenths at least.
            (f64::from(level) + up) as u32
        })
        .collect()
}

fn tint(light: u32, hue: u64) -> [u8; 3] {
    let part = |less: u32| u8::try_from(light.saturating_sub(less)).unwrap_or(255);
    match hue {
        0 => [part(0), part(20), part(50)],
        1 => [part(30), part(0), part(40)],
        2 => [part(45), part(15), part(0)],
        3 => [part(0), part(35), part(25)],
        4 => [part(20), part(25), part(0)],
        _ => [part(8), part(12), part(30)],
    }
}

fn zlib_stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let len = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(len.to_le_bytes());
        out.extend((!len).to_le_bytes());
        out.extend(block);
    }
    let (low, high) = data.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    out.extend((high << 16 | low).to_be_bytes());
    out
}

/// As PNG and ZIP want it, half a byte at a time.
fn crc32(data: &[u8]) -> u32 {
    const HALVES: [u32; 16] = [
        0x0000_0000,
        0x1db7_1064,
        0x3b6e_20c8,
        0x26d9_30ac,
        0x76dc_4190,
        0x6b6b_51f4,
        0x4db2_6158,
        0x5005_713c,
        0xedb8_8320,
        0xf00f_9344,
        0xd6d6_a3e8,
        0xcb61_b38c,
        0x9b64_c2b0,
        0x86d3_d2d4,
        0xa00a_e278,
        0xbdbd_f21c,
    ];
    let step = |crc: u32, half: u8| {
        let place = usize::try_from((crc ^ u32::from(half)) & 15).unwrap_or_default();
        crc >> 4 ^ HALVES.get(place).copied().unwrap_or_default()
    };
    !data
        .iter()
        .fold(!0_u32, |crc, byte| step(step(crc, *byte & 15), *byte >> 4))
}

/// A page with these lines of Latin text.
pub(super) fn pdf(lines: &[&str]) -> Vec<u8> {
    let mut page = "BT /F1 12 Tf 72 770 Td 18 TL\n".to_owned();
    for line in lines {
        let shown: String = line
            .chars()
            .filter(char::is_ascii)
            .flat_map(|c| if "()\\".contains(c) { vec!['\\', c] } else { vec![c] })
            .collect();
        page += &format!("({shown}) Tj T*\n");
    }
    page += "ET\n";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{page}endstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (number, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", file.len());
        file += &format!("{} 0 obj\n{object}\nendobj\n", number + 1);
    }
    let start = file.len();
    file += &format!("xref\n0 6\n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.into_bytes()
}

/// An archive of these files, stored.
pub(super) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in files {
        let offset = u32::try_from(file.len()).unwrap_or_default();
        let size = u32::try_from(data.len()).unwrap_or_default().to_le_bytes();
        // Version 2.0, no flags, stored, 1 January 2020.
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x50];
        common.extend(crc32(data).to_le_bytes());
        common.extend([size, size].concat());
        common.extend(u16::try_from(name.len()).unwrap_or_default().to_le_bytes());
        common.extend([0, 0]);
        file.extend([b"PK\x03\x04".as_slice(), &common, name.as_bytes(), data].concat());
        directory.extend(
            [
                b"PK\x01\x02\x14\0".as_slice(),
                &common,
                &[0; 10],
                &offset.to_le_bytes(),
                name.as_bytes(),
            ]
            .concat(),
        );
    }
    let count = u16::try_from(files.len()).unwrap_or_default().to_le_bytes();
    let (size, offset) = (directory.len(), file.len());
    file.extend(directory);
    file.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count].concat());
    for number in [size, offset] {
        file.extend(u32::try_from(number).unwrap_or_default().to_le_bytes());
    }
    file.extend([0, 0]);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_as_published() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(zlib_stored(b"Wikipedia")[2 + 5 + 9..], 0x11e6_0398_u32.to_be_bytes());
    }

    #[test]
    fn offsets_lead_where_they_should() {
        let file = pdf(&["Invoice (copy)"]);
        let text = String::from_utf8(file.clone()).unwrap();
        for (number, line) in text.lines().filter(|line| line.ends_with(" n ")).enumerate() {
            let offset: usize = line[..10].parse().unwrap();
            assert!(text[offset..].starts_with(&format!("{} 0 obj", number + 1)));
        }
        assert!(text.contains("(Invoice \\(copy\\)) Tj"));
        let archive = zip(&[("a.txt", b"one"), ("b/c.txt", b"three")]);
        let end = archive.len() - 22;
        assert_eq!(&archive[end..end + 4], b"PK\x05\x06");
        let directory = u32::from_le_bytes(archive[end + 16..end + 20].try_into().unwrap()) as usize;
        assert_eq!(&archive[directory..directory + 4], b"PK\x01\x02");
    }
}
