//! Small pictures made of characters: a sparkline, a bar, a grid of braille dots.
//!
//! Knows numbers and cells only; colours and axes are the caller's.

const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// `values` in at most `cells` characters, lowest to highest; `None` is a gap and stays blank. Each cell is the mean of
/// the values that fall into it.
pub fn sparkline(values: &[Option<i64>], cells: usize) -> String {
    let known: Vec<i64> = values.iter().flatten().copied().collect();
    let (Some(low), Some(high)) = (known.iter().min().copied(), known.iter().max().copied()) else {
        return String::new();
    };
    let cells = cells.min(values.len());
    let span = (high - low).max(1) as f64;
    (0..cells)
        .map(|cell| {
            let from = cell * values.len() / cells;
            let to = ((cell + 1) * values.len() / cells).max(from + 1);
            let inside: Vec<i64> = values[from..to].iter().flatten().copied().collect();
            if inside.is_empty() {
                return ' ';
            }
            let mean = inside.iter().map(|v| *v as f64).sum::<f64>() / inside.len() as f64;
            let level = ((mean - low as f64) / span * 7.0).round().clamp(0.0, 7.0);
            LEVELS[level as usize]
        })
        .collect()
}

/// A bar of `part` out of `whole` in exactly `cells` cells, in eighths of a cell.
pub fn bar(part: u64, whole: u64, cells: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let total = (cells as u64) * 8;
    let filled = if whole == 0 { 0 } else { (part.min(whole) as u128 * u128::from(total) / u128::from(whole)) as u64 };
    let mut out = "█".repeat((filled / 8) as usize);
    out.push_str(EIGHTHS[(filled % 8) as usize]);
    let used = (filled / 8 + u64::from(filled % 8 != 0)) as usize;
    out.extend(std::iter::repeat_n(' ', cells.saturating_sub(used)));
    out
}

/// A grid of dots, two across and four down in each cell.
#[derive(Debug, Clone)]
pub struct Braille {
    columns: usize,
    rows: usize,
    cells: Vec<u8>,
}

impl Braille {
    /// A blank grid of that many cells.
    pub fn new(columns: usize, rows: usize) -> Self {
        Self { columns, rows, cells: vec![0; columns * rows] }
    }

    /// Dots across.
    pub fn width(&self) -> usize {
        self.columns * 2
    }

    /// Dots down.
    pub fn height(&self) -> usize {
        self.rows * 4
    }

    /// Sets a dot, counted from the top left; outside the grid nothing happens.
    pub fn dot(&mut self, x: usize, y: usize) {
        const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        if x < self.width() && y < self.height() {
            self.cells[(y / 4) * self.columns + x / 2] |= BITS[y % 4][x % 2];
        }
    }

    /// The character of a cell; `None` where it is blank or outside.
    pub fn cell(&self, column: usize, row: usize) -> Option<char> {
        let bits = *self.cells.get(row * self.columns + column)?;
        (bits != 0 && column < self.columns).then(|| char::from_u32(0x2800 + u32::from(bits)))?
    }
}
