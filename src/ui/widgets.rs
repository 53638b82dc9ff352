//! Parts that screens are made of: chart, header, footer, input box. They know rectangles and data, not commands.

pub mod bars;
pub mod chart;
